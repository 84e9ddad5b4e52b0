import MartletORM
import StudioKit

/// The clients, projects and tags that some rows name, by name; those not there yet are made.
struct ProjectDirectory {
    private var clients: [String: Int] = [:]
    private var projects: [ProjectName: Int] = [:]
    private var tags: [String: Int] = [:]

    /// What stands for a client or a project where a row names none.
    static let unnamed = "(none)"

    /// Finds or makes what the rows name, whatever their number: a statement to find each kind, and where something is
    /// missing one to make it and one to find that.
    ///
    /// Another import may make the same at the same time, so what is there by then is left as it is.
    init(_ rows: [TogglRow], on tx: Transaction) async throws {
        try await findClients(Set(rows.map(Self.clientName)), on: tx)
        let names = Set(rows.map { ProjectName(client: Self.clientName($0), project: Self.projectName($0)) })
        for level in Self.levels(of: names) { try await findProjects(level, on: tx) }
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

    /// The names and those of all they are parts of: wholes first, then their parts, and so on.
    private static func levels(of names: Set<ProjectName>) -> [Set<ProjectName>] {
        var all = names
        var next = names
        while !next.isEmpty {
            next = Set(next.compactMap(\.parent)).subtracting(all)
            all.formUnion(next)
        }
        return Dictionary(grouping: all, by: \.depth).sorted { $0.key < $1.key }.map { Set($0.value) }
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

        /// How many projects it is a part of.
        var depth: Int { parent.map { $0.depth + 1 } ?? 0 }
    }
}

extension ProjectDirectory {
    private mutating func findClients(_ names: Set<String>, on tx: Transaction) async throws {
        try await readClients(names, on: tx)
        let missing = names.filter { clients[$0] == nil }.sorted()
        guard !missing.isEmpty else { return }
        try await Client.objects.bulkCreate(missing.map { Client(name: $0) }, onConflict: .ignore, on: tx)
        try await readClients(Set(missing), on: tx)
    }

    private mutating func readClients(_ names: Set<String>, on tx: Transaction) async throws {
        for client in try await Client.objects.filter({ $0.name.in(Array(names)) }).all(on: tx) {
            clients[client.name] = client.id
        }
    }

    private mutating func findProjects(_ names: Set<ProjectName>, on tx: Transaction) async throws {
        try await readProjects(names, on: tx)
        let missing = names.filter { projects[$0] == nil }.sorted { ($0.client, $0.project) < ($1.client, $1.project) }
        guard !missing.isEmpty else { return }
        let made = try missing.map { name in
            Project(
                name: name.project,
                client: Reference(id: try known(clients[name.client], "client '\(name.client)'")),
                parent: name.parent.flatMap { projects[$0] }.map { Reference(id: $0) }, lead: nil)
        }
        try await Project.objects.bulkCreate(made, onConflict: .ignore, on: tx)
        try await readProjects(Set(missing), on: tx)
    }

    private mutating func readProjects(_ names: Set<ProjectName>, on tx: Transaction) async throws {
        let projectNames = Array(Set(names.map(\.project)))
        let found = try await Project.objects.filter { $0.name.in(projectNames) }.selectRelated(\.client).all(on: tx)
        for project in found {
            projects[ProjectName(client: project.client.name, project: project.name)] = project.id
        }
    }

    private mutating func findTags(_ names: Set<String>, on tx: Transaction) async throws {
        try await readTags(names, on: tx)
        let missing = names.filter { tags[$0] == nil }.sorted()
        guard !missing.isEmpty else { return }
        try await Tag.objects.bulkCreate(missing.map { Tag(name: $0) }, onConflict: .ignore, on: tx)
        try await readTags(Set(missing), on: tx)
    }

    private mutating func readTags(_ names: Set<String>, on tx: Transaction) async throws {
        for tag in try await Tag.objects.filter({ $0.name.in(Array(names)) }).all(on: tx) { tags[tag.name] = tag.id }
    }
}
