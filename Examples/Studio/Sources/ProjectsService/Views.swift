import MartletORM
import ProjectsContract

/// The row of a project with its client and parent.
typealias ProjectRow = Project.With<Project.ClientRelation>.With<Project.ParentRelation>

/// The row of an entry with its project, that one's client and parent, and its tags.
typealias EntryRow = With<With<TimeEntry, TimeEntry.ProjectRelation, ProjectRow>, TimeEntry.TagsRelation, [Tag]>

extension TimeEntry {
    /// Entries with their project, its client and parent by join, and their tags by one more statement.
    static var page: QuerySet<EntryRow> {
        objects
            .selectRelated(\.project) { $0.selectRelated(\.client).selectRelated(\.parent) }
            .prefetchRelated(\.tags) { $0.order(by: \.name) }
    }
}

extension ProjectView {
    /// The view of a project with its client and parent.
    init(_ project: ProjectRow) {
        self.init(id: project.id, name: project.name, client: project.client.name, parent: project.parent?.name)
    }
}

extension EntryView {
    /// The view of an entry with all that belongs to it.
    init(_ entry: EntryRow) {
        self.init(
            id: entry.id, day: entry.day, details: entry.details, seconds: entry.seconds,
            amountCents: entry.amountCents, currency: entry.currency, project: ProjectView(entry.project),
            clientID: entry.project.client.id, tags: entry.tags.map(\.name))
    }
}
