import AccountsContract
import MartletORM
import ProjectsContract

/// Sets who leads a project and which tags it has.
struct ProjectMarker: Sendable {
    let database: Database
    let accounts: any Accounts

    /// Makes the change.
    ///
    /// - Throws: ``ProjectsProblem`` when there is no such project or user.
    func change(_ id: Int, _ change: ProjectChange) async throws {
        if let lead = change.lead, try await accounts.users([lead]).isEmpty {
            throw ProjectsProblem.unknownUser(id: lead)
        }
        let names = Set(change.tags).sorted()
        try await database.transaction { tx in
            let changed = try await Project.objects.filter { $0.id == id }.update(on: tx) { [$0.lead.set(change.lead)] }
            guard changed == 1 else { throw ProjectsProblem.unknownProject(id: id) }
            try await Tag.objects.bulkCreate(names.map { Tag(name: $0) }, onConflict: .ignore, on: tx)
            let tags = try await Tag.objects.filter { $0.name.in(names) }.all(on: tx)
            try await ProjectTag.objects.filter { $0.project.id == id }.delete(on: tx)
            try await ProjectTag.objects.bulkCreate(
                tags.map { ProjectTag(project: Reference(id: id), tag: $0.reference) }, on: tx)
        }
    }
}
