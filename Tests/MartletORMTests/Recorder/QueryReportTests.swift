import Foundation
import MartletORM
import Testing

@Suite(.eachDatabase) struct QueryReportTests {
    /// What a piece of work on the filled database is found to do wrong.
    private func findings(
        threshold: Int = 2, _ body: (Database) async throws -> Void
    ) async throws -> [QueryFinding] {
        let database = try await Billing.filled()
        var report: QueryReport?
        try await QueryRecorder.watch({ try await body(database) }, onEnd: { report = $0 })
        return try #require(report).findings(threshold: threshold)
    }

    @Test func aForeignKeyLoadedInALoopIsCuredBySelectRelated() async throws {
        let found = try await findings { database in
            for invoice in try await Invoice.objects.all(on: database) {
                _ = try await invoice.client.load(on: database)
            }
        }
        #expect(found.count == 1)
        let finding = try #require(found.first)
        #expect(finding.kind == .similar)
        #expect(finding.count == 4)
        #expect(finding.duplicates == 1)
        #expect(finding.duration > .zero)
        #expect(finding.location?.description == "MartletORMTests/QueryReportTests.swift:19")
        #expect(
            finding.remedy == #"Add .selectRelated(\.client) to the query of Invoice at "#
                + "MartletORMTests/QueryReportTests.swift:18.")
        #expect(finding.description.hasPrefix("N+1: 4 similar statements in "))
        #expect(finding.description.contains("(1 of them duplicates): SELECT "))
    }

    @Test func twoStepsAreCuredByANestedSelectRelated() async throws {
        let found = try await findings { database in
            for invoice in try await Invoice.objects.selectRelated(\.client).all(on: database) {
                _ = try await invoice.client.company.load(on: database)
            }
        }
        #expect(found.map(\.kind) == [.similar])
        #expect(
            found[0].remedy.hasPrefix(#"Add .selectRelated(\.client) { $0.selectRelated(\.company) } to the query of "#)
        )
    }

    @Test func aToManyRelationAskedInALoopIsCuredByPrefetchRelated() async throws {
        let found = try await findings { database in
            for invoice in try await Invoice.objects.all(on: database) {
                for line in try await invoice.lines.objects.order(by: \.position).all(on: database) {
                    _ = try await line.project?.load(on: database)
                }
            }
        }
        #expect(found.map(\.count) == [4, 2])
        #expect(found[0].remedy.hasPrefix(#"Add .prefetchRelated(\.lines) to the query of Invoice at "#))
        #expect(found[1].remedy.hasPrefix(#"Add .selectRelated(\.project) to the query of Line at "#))
    }

    @Test func belowAPrefetchTheRemedyGoesIntoItsClosure() async throws {
        let found = try await findings { database in
            for invoice in try await Invoice.objects.prefetchRelated(\.lines).all(on: database) {
                for line in invoice.lines { _ = try await line.project?.load(on: database) }
            }
        }
        #expect(found.map(\.kind) == [.similar])
        #expect(
            found[0].remedy.hasPrefix(
                #"Write prefetchRelated(\.lines) { $0.selectRelated(\.project) } in the query at "#))
    }

    @Test func countsOfARelationAreCuredByPrefetchRelatedToo() async throws {
        let found = try await findings { database in
            for invoice in try await Invoice.objects.all(on: database) {
                _ = try await invoice.tags.objects.count(on: database)
            }
        }
        #expect(found[0].remedy.hasPrefix(#"Add .prefetchRelated(\.tags) to the query of Invoice at "#))
    }

    @Test func otherLoopsAreToldByWhatTheyDo() async throws {
        let found = try await findings { database in
            for id in 1...3 { _ = try await Client.objects.get(id, on: database) }
            for name in ["x", "y"] { try await Company.objects.create(Company(name: name), on: database) }
            for id in 1...2 {
                try await Client.objects.filter { $0.id == id }.update(on: database) { [$0.country.set("DE")] }
            }
            for id in 1...2 { _ = try await database.rows("SELECT name FROM tag WHERE id = \(id)") }
        }
        #expect(found.map(\.kind) == [.similar, .similar, .similar, .similar])
        #expect(found[0].remedy.contains("Client.objects.filter { $0.id.in(keys) }"))
        #expect(found[1].remedy.contains("bulkCreate"))
        #expect(found[2].remedy.contains("filter { … }, then update"))
        #expect(found[3].remedy.contains("WHERE … IN (…)"))
    }

    @Test func valuesSplicedIntoTheTextAreNoDisguise() async throws {
        let found = try await findings { database in
            for id in 1...3 { _ = try await database.rows("SELECT name FROM tag WHERE id = \(raw: String(id))") }
        }
        #expect(found.map(\.kind) == [.similar])
        #expect(found[0].count == 3)
    }

    @Test func theSameStatementTwiceIsADuplicate() async throws {
        let found = try await findings { database in
            for _ in 1...3 { _ = try await Client.objects.filter { $0.country == "DE" }.all(on: database) }
        }
        #expect(found.map(\.kind) == [.duplicate])
        #expect(found[0].count == 3)
        #expect(found[0].duplicates == 2)
        #expect(found[0].remedy == "Keep what the first one returned, and pass it on.")
    }

    @Test func otherLinesOtherShapesAndFewerThanTheThresholdAreNothing() async throws {
        let found = try await findings(threshold: 3) { database in
            _ = try await Client.objects.get(1, on: database)
            _ = try await Client.objects.get(2, on: database)
            _ = try await Client.objects.get(3, on: database)
            for id in 1...2 { _ = try await Tag.objects.get(id, on: database) }
        }
        #expect(found == [])
    }

    @Test func aWriteInBulkIsOneStatement() async throws {
        let found = try await findings { database in
            try await Company.objects.bulkCreate((1...20).map { Company(name: "c\($0)") }, on: database)
        }
        #expect(found == [])
    }

    @Test func aPrefetchThatNothingReadsIsTold() async throws {
        let found = try await findings { database in
            let invoices = try await Invoice.objects.prefetchRelated(\.lines).prefetchRelated(\.tags).all(on: database)
            _ = invoices.map(\.tags.count)
        }
        #expect(found.map(\.kind) == [.unreadPrefetch])
        #expect(found[0].subject == "Invoice.lines")
        #expect(found[0].count == 6)
        #expect(found[0].remedy.hasPrefix(#"Take .prefetchRelated(\.lines) out of the query"#))
        #expect(found[0].description.hasPrefix("Never read: 6 rows of Invoice.lines, loaded in "))
    }

    @Test func aPrefetchIsReadByNameAndByEncoding() async throws {
        let found = try await findings { database in
            let query = Invoice.objects.prefetchRelated(\.lines)
            _ = try await query.all(on: database).map { $0.lines.count }
            _ = try await Client.objects.prefetchRelated(\.invoices).all(on: database).map(\.invoices.count)
            _ = try JSONEncoder().encode(
                try await Invoice.objects.selectRelated(\.client).prefetchRelated(\.tags).all(on: database))
        }
        #expect(found == [])
    }

    @Test func aPrefetchWithoutRowsHasNothingToRead() async throws {
        let found = try await findings { database in
            _ = try await Invoice.objects.prefetchRelated(\.lines) { $0.filter { $0.amount > 10_000 } }.all(
                on: database)
        }
        #expect(found == [])
    }

    @Test func callsToOtherServicesAreCounted() async throws {
        let found = try await findings(threshold: 3) { _ in
            for _ in 1...3 { await QueryRecorder.watchCall(to: "projects.project (GET /projects/{id})") {} }
            await QueryRecorder.watchCall(to: "projects.projects (GET /projects)") {}
        }
        #expect(found.map(\.kind) == [.calls])
        #expect(found[0].description.hasPrefix("N+1: 3 calls to projects.project (GET /projects/{id}) in "))
        #expect(found[0].description.hasSuffix(" ms. Collect the ids and ask for all of them in one call."))
    }

    @Test func eachCallInTheSameProcessIsARequestOfItsOwn() async throws {
        let found = try await findings { database in
            for id in 1...3 {
                try await QueryRecorder.watchCall(to: "one") { _ = try await Client.objects.get(id, on: database) }
            }
            for _ in 1...3 {
                try await QueryRecorder.watchCall(to: "two") {
                    for id in 1...2 { _ = try await Client.objects.get(id, on: database) }
                }
            }
        }
        #expect(found.map(\.kind) == [.calls, .calls, .similar])
        #expect(found.map(\.count) == [3, 3, 6])
    }

    @Test func childTasksAndInnerRecordersAreSeen() async throws {
        let found = try await findings { database in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for id in 1...3 {
                    group.addTask {
                        _ = try await QueryRecorder.record { try await Client.objects.get(id, on: database) }
                    }
                }
                try await group.waitForAll()
            }
        }
        #expect(found.map(\.count) == [3])
    }

    @Test func theReportComesWhenTheWorkFailsToo() async throws {
        let database = try await Billing.filled()
        var report: QueryReport?
        await #expect(throws: ORMError.self) {
            try await QueryRecorder.watch(
                {
                    for id in 1...9 { _ = try await Client.objects.get(id, on: database) }
                }, onEnd: { report = $0 })
        }
        #expect(report?.count == 4)
        #expect(report?.groups.count == 1)
        #expect(report?.description.contains("4 × SELECT ") == true)
    }
}
