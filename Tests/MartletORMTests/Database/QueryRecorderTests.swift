import MartletORM
import MartletTesting
import Testing

@Suite(.eachDatabase) struct QueryRecorderTests {
    @Test func recordsTextBindingsRowsAndPlace() async throws {
        let database = try await Billing.filled()
        let (client, statements) = try await QueryRecorder.record { try await Client.objects.get(2, on: database) }
        #expect(client.name == "Bob")
        let statement = try #require(statements.first)
        #expect(statement.text.hasSuffix(#"FROM "client" AS t0 WHERE t0."id" = ?"#))
        #expect(statement.bindings == [.integer(2)])
        #expect(statement.rows == 1)
        #expect(statement.location?.description.contains("QueryRecorderTests.swift:8") == true)
    }

    @Test func seesChildTasksAndNotTheControlOfTransactions() async throws {
        let database = try await Billing.filled()
        let (_, statements) = try await QueryRecorder.record {
            try await database.transaction { tx in
                try await tx.transaction { inner in _ = try await Client.objects.count(on: inner) }
            }
            async let first = Client.objects.count(on: database)
            async let second = Client.objects.count(on: database)
            _ = try await (first, second)
        }
        #expect(statements.count == 3)
    }

    @Test func keepsRecordersApartAndNested() async throws {
        let database = try await Billing.filled()
        let (inner, outer) = try await QueryRecorder.record {
            _ = try await Client.objects.count(on: database)
            return try await QueryRecorder.record { try await Client.objects.count(on: database) }.statements.count
        }
        #expect(inner == 1)
        #expect(outer.count == 2)
    }

    @Test func anUnexpectedNumberNamesTheRemedyAndTheCalls() async throws {
        let database = try await Billing.filled()
        let error = await #expect(throws: ORMError.self) {
            try await expectQueries(1) {
                for invoice in try await Invoice.objects.all(on: database) {
                    _ = try await invoice.client.load(on: database)
                }
            }
        }
        #expect(error?.message.contains("Expected 1 statements and saw 5:") == true)
        #expect(error?.message.contains(#"Add .selectRelated(\.client) to the query of Invoice at"#) == true)
        let noCalls = await #expect(throws: ORMError.self) {
            try await expectQueries(1, calls: 1) { try await Client.objects.count(on: database) }
        }
        #expect(noCalls?.message == "Expected 1 calls and saw 0.")
    }

    @Test func failsOnNPlusOneWithTheGroups() async throws {
        let database = try await Billing.filled()
        let error = await #expect(throws: ORMError.self) {
            try await expectNoNPlusOne {
                for invoice in try await Invoice.objects.all(on: database) {
                    _ = try await invoice.client.load(on: database)
                }
            }
        }
        #expect(error?.code == .nPlusOne)
        #expect(error?.location?.description.contains("QueryRecorderTests.swift:") == true)
        #expect(error?.message.contains(#"Add .selectRelated(\.client) to the query of Invoice at"#) == true)
        #expect(error?.message.contains("5 statements in 2 groups, ") == true)
        #expect(error?.message.contains("4 × SELECT ") == true)
        let few = try await expectNoNPlusOne(threshold: 5) {
            try await Invoice.objects.prefetchRelated(\.lines).all(on: database).count
        }
        #expect(few == 4)
    }

    @Test func failsOnAPrefetchThatIsNotRead() async throws {
        let database = try await Billing.filled()
        let error = await #expect(throws: ORMError.self) {
            try await expectPrefetchesRead { try await Invoice.objects.prefetchRelated(\.tags).all(on: database) }
        }
        #expect(error?.message.contains("Never read: 3 rows of Invoice.tags") == true)
        try await expectPrefetchesRead {
            _ = try await Invoice.objects.prefetchRelated(\.tags).all(on: database).map(\.tags.count)
        }
    }

    @Test func printsTheStatementsWhenTheirNumberDiffers() async throws {
        let database = try await Billing.filled()
        let error = await #expect(throws: ORMError.self) {
            try await expectQueries(1) {
                _ = try await Client.objects.filter { $0.country == "DE" }.all(on: database)
                _ = try await Client.objects.count(on: database)
            }
        }
        #expect(error?.code == .statementCount)
        #expect(error?.message.contains("Expected 1 statements and saw 2") == true)
        #expect(
            error?.message.contains("WHERE t0.\"country\" = ? ← \"DE\" (MartletORMTests/QueryRecorderTests.swift:")
                == true)
        #expect(error?.message.contains("2. SELECT COUNT(*)") == true)
    }
}
