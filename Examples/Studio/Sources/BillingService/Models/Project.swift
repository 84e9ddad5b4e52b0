import MartletORM

/// What billing knows of a project: its id in *projects* and its name.
@Model("project")
struct Project {
    var id: Int
    var name: String
}
