import AccountsContract
import Foundation
import MartletORM
import MartletServices
import ProjectsContract
import StudioKit

/// The implementation of *projects* on its own database.
struct ProjectsService: Projects {
    let database: Database
    let accounts: any Accounts
    /// What an hour costs where a report names no amount.
    let hourlyRate: Money

    func clients() async throws -> [ClientView] {
        try await Client.objects.order(by: \.name).all(on: database).map { ClientView(id: $0.id, name: $0.name) }
    }

    func projects(client: Int?) async throws -> [ProjectView] {
        var projects = Project.objects.selectRelated(\.client).selectRelated(\.parent)
            .order(by: \.client.name, \.name)
        if let client { projects = projects.filter { $0.client.id == client } }
        return try await projects.all(on: database).map(ProjectView.init)
    }

    func billableEntries(from: String, through: String, after: Int?, limit: Int?) async throws -> [EntryView] {
        for day in [from, through] where (try? CivilDate(day)) == nil { throw ProjectsProblem.badDay(value: day) }
        let after = after ?? 0
        return try await TimeEntry.page
            .filter { $0.isBillable == true && $0.day >= from && $0.day <= through && $0.id > after }
            .order(by: \.id).limit(min(max(limit ?? 500, 1), 1_000))
            .all(on: database).map(EntryView.init)
    }

    func projectPage(limit: Int?, offset: Int?) async throws -> [ProjectDetail] {
        try await pages.projects(PageBounds(limit, offset))
    }

    func projectTree() async throws -> [ProjectNode] { try await pages.tree() }

    func changeProject(id: Int, _ body: ProjectChange) async throws -> ProjectDetail {
        try await ProjectMarker(database: database, accounts: accounts).change(id, body)
        guard let project = try await pages.project(id) else { throw ProjectsProblem.unknownProject(id: id) }
        return project
    }

    func dashboard(id: Int) async throws -> [ProjectTotal] { try await pages.dashboard(id) }

    func timesheet(limit: Int?, offset: Int?) async throws -> [TimesheetRow] {
        try await pages.timesheet(PageBounds(limit, offset))
    }

    private var pages: ProjectPages { ProjectPages(database: database, accounts: accounts) }

    func entries(_ ids: [Int]) async throws -> [EntryView] {
        try await TimeEntry.page.filter { $0.id.in(ids) }.order(by: \.id).all(on: database).map(EntryView.init)
    }

    func importReport(_ report: ContractFile) async throws -> ImportView {
        try await importStatus(id: ReportImporter(database: database).start(report.bytes))
    }

    func importStatus(id: Int) async throws -> ImportView {
        guard let report = try await ReportImport.objects.filter({ $0.id == id }).first(on: database) else {
            throw ProjectsProblem.unknownImport(id: id)
        }
        let chunks = try await report.chunks.objects.values(on: database) { ($0.isDone, $0.imported, $0.duplicates) }
        return ImportView(
            id: id,
            rows: report.rows,
            chunks: chunks.count,
            chunksDone: chunks.count { $0.0 },
            imported: chunks.reduce(0) { $0 + $1.1 },
            duplicates: chunks.reduce(0) { $0 + $1.2 },
            rejected: try await report.errors.objects.count(on: database)
        )
    }

    func importErrors(id: Int) async throws -> [ImportErrorView] {
        guard let report = try await ReportImport.objects.filter({ $0.id == id }).first(on: database) else {
            throw ProjectsProblem.unknownImport(id: id)
        }
        return try await report.errors.objects.order(by: \.line).all(on: database)
            .map { ImportErrorView(line: $0.line, reason: $0.reason) }
    }

    func importChunk(chunk: Int) async throws -> ChunkOutcome {
        try await ChunkImporter(database: database, hourlyRate: hourlyRate).run(chunk)
    }
}
