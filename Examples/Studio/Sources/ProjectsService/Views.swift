import MartletORM
import ProjectsContract

extension Project {
    /// A project with its client and parent.
    typealias Listed = Project.With<ClientRelation>.With<ParentRelation>
}

extension TimeEntry {
    /// Entries with their project, its client and parent by join, and their tags by one more statement.
    static var page: QuerySet<Page> {
        objects
            .selectRelated(\.project) { $0.selectRelated(\.client).selectRelated(\.parent) }
            .prefetchRelated(\.tags) { $0.order(by: \.name) }
    }
}

extension ProjectView {
    /// The view of a project with its client and parent.
    init(_ project: Project.Listed) {
        self.init(id: project.id, name: project.name, client: project.client.name, parent: project.parent?.name)
    }
}

extension EntryView {
    /// The view of an entry with all that belongs to it.
    init(_ entry: TimeEntry.Page) {
        self.init(
            id: entry.id, day: entry.day, details: entry.details, seconds: entry.seconds,
            amountCents: entry.amountCents, currency: entry.currency, project: ProjectView(entry.project),
            clientID: entry.project.client.id, tags: entry.tags.map(\.name))
    }
}
