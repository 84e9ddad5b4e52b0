import MartletORM
import MartletServices
import MartletTesting
import ProjectsContract
import StudioKit
import Testing

@testable import ProjectsService

@Suite struct ReportImporterTests {
    @Test func importsGoodRowsAndReportsBadOnes() async throws {
        let service = try await ProjectsService.temporary()
        let report = Report.text([
            "Ada,ada@x.org,Acme,Shop,,Plan,Yes,2025-01-02,09:00:00,2025-01-02,10:30:00,01:30:00,\"design, web\",120.00",
            "Ada,ada@x.org,Acme,Shop,,Plan,Yes,2025-01-02,09:00:00,2025-01-02,08:30:00,00:30:00,,40.00",
            "Ada,ada@x.org,Acme,Shop / Cart,,Build,No,2025-01-03,09:00:00,2025-01-03,10:00:00,01:00:00,,",
        ])

        let view = try await service.importEverything(report)

        #expect(view.imported == 2 && view.duplicates == 0 && view.rejected == 1)
        let errors = try await service.importErrors(id: view.id)
        #expect(errors.map(\.line) == [3])
        let billable = try await service.billableEntries(
            from: "2025-01-01", through: "2025-01-31", after: nil, limit: nil)
        #expect(billable.map(\.amountCents) == [12_000])
        #expect(billable.map(\.tags) == [["design", "web"]])
    }

    @Test func importingTwiceAddsNothing() async throws {
        let service = try await ProjectsService.temporary()
        let first = try await service.importEverything(Report.days(600))
        let second = try await service.importEverything(Report.days(600))

        #expect(first.chunks == 3 && first.imported == 600)
        #expect(second.imported == 0 && second.duplicates == 600)
        #expect(try await TimeEntry.objects.count(on: service.database) == 600)
    }

    @Test func runningAChunkTwiceChangesNothing() async throws {
        let service = try await ProjectsService.temporary()
        _ = try await service.importEverything(Report.days(10))
        let chunk = try #require(try await ImportChunk.objects.first(on: service.database))

        let again = try await service.importChunk(chunk: chunk.id)

        #expect(again == ChunkOutcome(imported: 10, duplicates: 0))
        #expect(try await TimeEntry.objects.count(on: service.database) == 10)
    }

    @Test func enqueuesAChunkExactlyWhenTheReportIsNoted() async throws {
        let service = try await ProjectsService.temporary()
        let view = try await service.importReport(ContractFile(bytes: Report.days(300)))

        let rows = try await service.database.rows("SELECT id FROM martlet_message WHERE queue = 'imports'")
        #expect(rows.count == view.chunks)
    }

    @Test func takesAPartForTheProjectItIsAPartOf() async throws {
        let service = try await ProjectsService.temporary()
        _ = try await service.importEverything(
            Report.text([
                "Ada,ada@x.org,Acme,Shop / Cart,,Build,Yes,2025-01-03,09:00:00,2025-01-03,10:00:00,01:00:00,,80.00"
            ]))

        let projects = try await expectQueries(1) { try await service.projects(client: nil) }
        #expect(projects.map(\.name) == ["Shop", "Shop / Cart"])
        #expect(projects.map(\.parent) == [nil, "Shop"])
    }

    @Test func appliesTheRateWhereTheReportNamesNoAmount() async throws {
        let service = try await ProjectsService.temporary()
        _ = try await service.importEverything(
            Report.text(
                ["Ada,ada@x.org,Acme,Shop,,Build,Yes,2025-01-03,09:00:00,2025-01-03,09:20:00,00:20:00,"], amount: nil))

        let entries = try await service.billableEntries(from: "2025-01-01", through: "2025-01-31", after: 0, limit: 10)
        #expect(entries.map(\.amountCents) == [2_667])
        #expect(entries.map(\.currency) == ["EUR"])
    }

    @Test func refusesWhatIsNoReport() async throws {
        let service = try await ProjectsService.temporary()
        await #expect(throws: ProjectsProblem.self) {
            try await service.importReport(ContractFile(bytes: Array("a;b;c\n1;2;3\n".utf8)))
        }
        #expect(try await ReportImport.objects.count(on: service.database) == 0)
    }

    @Test func listsEntriesWithAllThatBelongsToThemInTwoStatements() async throws {
        let service = try await ProjectsService.temporary()
        _ = try await service.importEverything(Report.days(100))

        let entries = try await expectQueries(2) {
            try await service.billableEntries(from: "2025-01-01", through: "2026-12-31", after: nil, limit: 50)
        }
        #expect(entries.count == 50)
        let next = try await service.billableEntries(
            from: "2025-01-01", through: "2026-12-31", after: entries.last?.id, limit: 1_000)
        #expect(next.count == 50)
    }
}
