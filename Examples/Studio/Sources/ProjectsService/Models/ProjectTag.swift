import MartletORM

/// A tag on a project.
@Model("project_tag")
struct ProjectTag {
    var id: Int
    @ForeignKey(onDelete: .cascade) var project: Reference<Project>
    @ForeignKey(onDelete: .cascade) var tag: Reference<Tag>

    static var indexes: [ModelIndex<ProjectTag>] { [.unique(\.project.id, \.tag.id)] }
}
