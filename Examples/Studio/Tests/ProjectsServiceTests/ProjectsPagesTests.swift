import AccountsContract
import MartletORM
import MartletServices
import MartletTesting
import ProjectsContract
import StudioTestKit
import Testing

@testable import ProjectsService

/// The pages of *projects* with their statements and calls, on each database.
@Suite struct ProjectsPagesTests {
    @Test(arguments: TestDatabase.all)
    func fiftyTimeEntriesWithProjectAndClientTakeOneStatement(_ kind: TestDatabase) async throws {
        let service = try await ProjectsService.temporary(on: kind)
        _ = try await service.importEverything(Report.days(60))
        let rows = try await expectQueries(1) { try await service.timesheet(limit: 50, offset: nil) }
        #expect(rows.count == 50)
        #expect(rows[0].day == "2025-03-04" && rows[0].project == "Shop" && rows[0].client == "Client 2")
        #expect(rows.map(\.day) == rows.map(\.day).sorted(by: >))
    }

    @Test(arguments: TestDatabase.all)
    func fiftyProjectsWithTagsAndLeadsTakeTwoStatementsAndOneCall(_ kind: TestDatabase) async throws {
        let service = try await ProjectsService.temporary(on: kind)
        _ = try await service.importEverything(Report.projects(60))
        let projects = try await service.projects(client: nil)
        for project in projects {
            let change = ProjectChange(lead: 1 + project.id % 5, tags: ["web", "tag \(project.id % 3)"])
            _ = try await service.changeProject(id: project.id, change)
        }
        // The number of calls does not grow with the rows.
        for count in [5, 50] {
            let page = try await expectQueries(2, calls: 1) {
                try await service.projectPage(limit: count, offset: nil)
            }
            #expect(page.map(\.project) == Array(projects.prefix(count)))
            for detail in page {
                #expect(detail.lead == "User \(1 + detail.project.id % 5)")
                #expect(detail.tags == ["tag \(detail.project.id % 3)", "web"])
            }
        }
    }

    @Test(arguments: TestDatabase.all)
    func projectsThatNobodyLeadsTakeNoCall(_ kind: TestDatabase) async throws {
        let service = try await ProjectsService.temporary(on: kind)
        _ = try await service.importEverything(Report.projects(3))
        let page = try await expectQueries(2, calls: 0) { try await service.projectPage(limit: nil, offset: 1) }
        #expect(page.map(\.lead) == [nil, nil])
    }

    @Test(arguments: TestDatabase.all)
    func aChangeReplacesTheTags(_ kind: TestDatabase) async throws {
        let service = try await ProjectsService.temporary(on: kind)
        _ = try await service.importEverything(Report.projects(2))
        let projects = try await service.projects(client: nil)
        _ = try await service.changeProject(id: projects[0].id, ProjectChange(lead: 1, tags: ["a", "b"]))
        let change = ProjectChange(lead: nil, tags: ["c", "b", "c"])
        let changed = try await service.changeProject(id: projects[0].id, change)
        #expect(changed.tags == ["b", "c"] && changed.lead == nil)
        #expect(try await service.projectPage(limit: nil, offset: 1)[0].tags.isEmpty)
        await #expect(throws: ProjectsProblem.unknownUser(id: 99)) {
            try await service.changeProject(id: projects[0].id, ProjectChange(lead: 99, tags: []))
        }
        await #expect(throws: ProjectsProblem.unknownProject(id: 9_999)) {
            try await service.changeProject(id: 9_999, change)
        }
        #expect(try await service.projectPage(limit: nil, offset: nil)[0].tags == ["b", "c"])
    }

    @Test(arguments: TestDatabase.all)
    func aClientsDashboardTakesOneStatement(_ kind: TestDatabase) async throws {
        let service = try await ProjectsService.temporary(on: kind)
        _ = try await service.importEverything(Report.projects(30))
        let client = try #require(try await service.clients().first)
        let totals = try await expectQueries(1) { try await service.dashboard(id: client.id) }
        #expect(totals.count == 10)
        #expect(totals.map(\.project) == totals.map(\.project).sorted())
        #expect(
            totals[0]
                == ProjectTotal(
                    project: "Project 10", currency: "EUR", entries: 1, seconds: 3_600, amountCents: 8_000))
        #expect(try await service.dashboard(id: 9_999).isEmpty)
    }

    @Test(arguments: TestDatabase.all)
    func aTreeOfProjectsTakesAStatementForEachLevel(_ kind: TestDatabase) async throws {
        let service = try await ProjectsService.temporary(on: kind)
        _ = try await service.importEverything(
            Report.text(
                ["Site / Shop / Cart", "Site / Shop / Search", "Site / Blog", "Site / Shop / Cart / Icons", "App"].map {
                    "Ada,ada@x.org,Acme,\($0),,Work,Yes,2025-01-03,09:00:00,2025-01-03,10:00:00,01:00:00,,80.00"
                }))
        let tree = try await expectQueries(3) { try await service.projectTree() }
        #expect(tree.map(\.name) == ["App", "Site"])
        #expect(tree[1].parts.map(\.name) == ["Site / Blog", "Site / Shop"])
        #expect(tree[1].parts[1].parts.map(\.name) == ["Site / Shop / Cart", "Site / Shop / Search"])
        // The fourth level is there, but not on this page.
        #expect(tree[1].parts[1].parts.allSatisfy { $0.parts.isEmpty })
        #expect(try await service.projects(client: nil).count == 7)
    }

    @Test(arguments: TestDatabase.all)
    func importsOfTheSameReportAtTheSameTimeAddItOnce(_ kind: TestDatabase) async throws {
        let service = try await ProjectsService.temporary(on: kind)
        let outcomes = try await withThrowingTaskGroup(of: ImportView.self) { group in
            for _ in 0..<4 { group.addTask { try await service.importEverything(Report.projects(40)) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.reduce(0) { $0 + $1.imported } == 40)
        #expect(outcomes.reduce(0) { $0 + $1.duplicates } == 120)
        #expect(try await service.projects(client: nil).count == 40)
    }
}
