import AccountsContract
import MartletORM
import ProjectsContract

/// The pages of *projects*: each takes a fixed number of statements and calls, whatever the number of rows.
struct ProjectPages: Sendable {
    let database: Database
    let accounts: any Accounts

    /// Projects with client and parent by join, tags by one more statement, and the leads' names by one call.
    func projects(_ bounds: PageBounds) async throws -> [ProjectDetail] {
        try await details(
            Self.detailed.order(by: \.client.name, \.name).limit(bounds.limit).offset(bounds.offset).all(on: database))
    }

    /// One project as on the page; none where there is none.
    func project(_ id: Int) async throws -> ProjectDetail? {
        try await details(Self.detailed.filter { $0.id == id }.all(on: database)).first
    }

    /// Time entries with project and client, in one statement.
    func timesheet(_ bounds: PageBounds) async throws -> [TimesheetRow] {
        try await TimeEntry.objects.selectRelated(\.project) { $0.selectRelated(\.client) }
            .order(by: \.day.descending, \.id.descending).limit(bounds.limit).offset(bounds.offset).all(on: database)
            .map { entry in
                TimesheetRow(
                    id: entry.id, day: entry.day, details: entry.details, seconds: entry.seconds,
                    project: entry.project.name, client: entry.project.client.name)
            }
    }

    /// What was worked for a client, summed up by the database: no entry is loaded.
    func dashboard(_ client: Int) async throws -> [ProjectTotal] {
        try await TimeEntry.objects.filter { $0.project.client.id == client }.order(by: \.project.name, \.currency)
            .values(on: database) {
                ($0.project.name, $0.currency, $0.id.count, $0.seconds.sum, $0.amountCents.sum)
            }
            .map { ProjectTotal(project: $0.0, currency: $0.1, entries: $0.2, seconds: $0.3, amountCents: $0.4) }
    }

    /// The projects that are no part, their parts and the parts of these: a statement for each of the three levels.
    func tree() async throws -> [ProjectNode] {
        try await Project.objects.filter { $0.parent.isNull }.order(by: \.name)
            .prefetchRelated(\.parts) { parts in
                parts.order(by: \.name).prefetchRelated(\.parts) { $0.order(by: \.name) }
            }
            .all(on: database)
            .map { whole in
                let parts = whole.parts.map { part in
                    let leaves = part.parts.map { ProjectNode(id: $0.id, name: $0.name) }
                    return ProjectNode(id: part.id, name: part.name, parts: leaves)
                }
                return ProjectNode(id: whole.id, name: whole.name, parts: parts)
            }
    }

    private static var detailed: QuerySet<With<ProjectRow, Project.TagsRelation, [Tag]>> {
        Project.objects.selectRelated(\.client).selectRelated(\.parent)
            .prefetchRelated(\.tags) { $0.order(by: \.name) }
    }

    /// Asks *accounts* once for all leads.
    private func details(_ rows: [With<ProjectRow, Project.TagsRelation, [Tag]>]) async throws -> [ProjectDetail] {
        let ids = Set(rows.compactMap(\.lead)).sorted()
        let users = ids.isEmpty ? [] : try await accounts.users(ids)
        let names = Dictionary(users.map { ($0.id, $0.name) }) { first, _ in first }
        return rows.map { row in
            let project = ProjectView(
                id: row.id, name: row.name, client: row.client.name, parent: row.parent?.name)
            return ProjectDetail(project: project, tags: row.tags.map(\.name), lead: row.lead.flatMap { names[$0] })
        }
    }
}

/// A part of a list: `limit` (50, at most 500) rows after the first `offset`.
struct PageBounds: Sendable {
    let limit: Int
    let offset: Int

    init(_ limit: Int?, _ offset: Int?) {
        self.limit = min(max(limit ?? 50, 1), 500)
        self.offset = max(offset ?? 0, 0)
    }
}
