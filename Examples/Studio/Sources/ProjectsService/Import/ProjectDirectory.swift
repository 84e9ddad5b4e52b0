import MartletORM
import StudioKit

/// The clients, projects and tags that some rows name, by name; those not there yet are made.
struct ProjectDirectory {
    private var clients: [String: Int] = [:]
    private var projects: [ProjectName: Int] = [:]
    private var tags: [String: Int] = [:]

    /// What stands for a client or a project where a row names none.
    static let unnamed = "(none)"

    /// Finds or makes what the rows name: a statement to find and one to make each kind, whatever the number of rows.
    init(_ rows: [TogglRow], on tx: Transaction) async throws {
        try await findClients(Set(rows.map(Self.clientName)), on: tx)
        let names = Set(rows.map { ProjectName(client: Self.clientName($0), project: Self.projectName($0)) })
        let wholes = Set(names.compactMap(\.parent))
        try await findProjects(wholes, on: tx)
        try await findProjects(names.subtracting(wholes), on: tx)
        try await findTags(Set(rows.flatMap(\.tags)), on: tx)
    }

    /// The id of a row's project.
    func project(of row: TogglRow) throws -> Int {
        let name = ProjectName(client: Self.clientName(row), project: Self.projectName(row))
        return try known(projects[name], "project '\(name.project)' of '\(name.client)'")
    }

    /// The id of a tag.
    func tag(_ name: String) throws -> Int {
        try known(tags[name], "tag '\(name)'")
    }

    private func known(_ id: Int?, _ what: String) throws -> Int {
        guard let id else { throw ORMError(.doesNotExist, "The \(what) was neither found nor made.") }
        return id
    }

    private static func clientName(_ row: TogglRow) -> String { row.client.isEmpty ? unnamed : row.client }
    private static func projectName(_ row: TogglRow) -> String { row.project.isEmpty ? unnamed : row.project }

    private struct ProjectName: Hashable {
        var client: String
        var project: String

        var parent: ProjectName? {
            Project.parentName(of: project).map { ProjectName(client: client, project: $0) }
        }
    }
}

extension ProjectDirectory {
    private mutating func findClients(_ names: Set<String>, on tx: Transaction) async throws {
        for client in try await Client.objects.filter({ $0.name.in(Array(names)) }).all(on: tx) {
            clients[client.name] = client.id
        }
        let missing = names.filter { clients[$0] == nil }.sorted()
        for client in try await Client.objects.bulkCreate(missing.map { Client(name: $0) }, on: tx) {
            clients[client.name] = client.id
        }
    }

    private mutating func findProjects(_ names: Set<ProjectName>, on tx: Transaction) async throws {
        let projectNames = Array(Set(names.map(\.project)))
        let found = try await Project.objects.filter { $0.name.in(projectNames) }.selectRelated(\.client).all(on: tx)
        for project in found {
            projects[ProjectName(client: project.client.name, project: project.name)] = project.id
        }
        let missing = names.filter { projects[$0] == nil }.sorted { ($0.client, $0.project) < ($1.client, $1.project) }
        let made = try await Project.objects.bulkCreate(
            try missing.map { name in
                Project(
                    name: name.project,
                    client: Reference(id: try known(clients[name.client], "client '\(name.client)'")),
                    parent: name.parent.flatMap { projects[$0] }.map { Reference(id: $0) })
            }, on: tx)
        for (name, project) in zip(missing, made) { projects[name] = project.id }
    }

    private mutating func findTags(_ names: Set<String>, on tx: Transaction) async throws {
        for tag in try await Tag.objects.filter({ $0.name.in(Array(names)) }).all(on: tx) { tags[tag.name] = tag.id }
        let missing = names.filter { tags[$0] == nil }.sorted()
        for tag in try await Tag.objects.bulkCreate(missing.map { Tag(name: $0) }, on: tx) { tags[tag.name] = tag.id }
    }
}
