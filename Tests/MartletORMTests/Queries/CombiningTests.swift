import MartletORM
import MartletTesting
import Testing

@Suite(.eachDatabase) struct CombiningTests {
    private let small = Tag.objects.filter { $0.id <= 2 }
    private let large = Tag.objects.filter { $0.id >= 2 }

    @Test func putsQueriesTogether() async throws {
        let database = try await Billing.filled()
        let union = small.union(large).order(by: \.name)
        #expect(
            try union.sql().text == """
                SELECT t0."id", t0."name" FROM "tag" AS t0 WHERE t0."id" <= ? UNION \
                SELECT t0."id", t0."name" FROM "tag" AS t0 WHERE t0."id" >= ? ORDER BY 2
                """)
        #expect(try await union.all(on: database).map(\.name) == ["design", "unused", "urgent"])
        #expect(try await small.union(large, all: true).count(on: database) == 4)
        #expect(try await small.intersection(large).all(on: database).map(\.id) == [2])
        #expect(try await small.difference(large).all(on: database).map(\.id) == [1])
        #expect(try await union.limit(1).offset(1).all(on: database).map(\.name) == ["unused"])
        #expect(try await union.exists(on: database))
        let last = Tag.objects.order(by: \.id.descending).limit(1)
        #expect(try await small.union(last).order(by: \.id).all(on: database).map(\.id) == [1, 2, 3])
    }

    @Test func prefetchesAndJoinsWhatIsPutTogether() async throws {
        let database = try await Billing.filled()
        let german = Invoice.objects.filter { $0.client.country == "DE" }.selectRelated(\.client)
        let paid = Invoice.objects.filter { $0.status == .paid }.selectRelated(\.client)
        let rows = try await expectQueries(2) {
            try await german.union(paid).prefetchRelated(\.lines).order(by: \.id).all(on: database)
        }
        #expect(rows.map(\.client.name) == ["Ada", "Ada", "Cid"])
        #expect(rows.map(\.lines.count) == [3, 0, 2])
    }

    @Test func refusesWhatHasNoMeaningBehindAUnion() async throws {
        let database = try await Billing.filled()
        let union = small.union(large)
        let filtered = await #expect(throws: ORMError.self) {
            try await union.filter { $0.id == 1 }.all(on: database)
        }
        #expect(filtered?.message.contains("can only be ordered, sliced, counted and prefetched") == true)
        let joined = await #expect(throws: ORMError.self) {
            try await Invoice.objects.union(Invoice.objects).selectRelated(\.client).all(on: database)
        }
        #expect(joined?.code == .invalidQuery)
        let ordered = await #expect(throws: ORMError.self) {
            try await union.order(by: \.name.length).all(on: database)
        }
        #expect(ordered?.message.contains("by their own columns only") == true)
    }

    @Test func mergesConditions() async throws {
        let database = try await Billing.filled()
        #expect(
            try small.or(large).sql().text.hasSuffix(#"WHERE ((t0."id" <= ?) OR (t0."id" >= ?))"#))
        #expect(try await small.or(large).count(on: database) == 3)
        #expect(try await small.and(large).all(on: database).map(\.id) == [2])
        #expect(try await small.xor(large).order(by: \.id).all(on: database).map(\.id) == [1, 3])
        #expect(try await small.or(Tag.objects).count(on: database) == 3)
        #expect(try await Tag.objects.and(large).count(on: database) == 2)
        let error = await #expect(throws: ORMError.self) { try await small.limit(1).or(large).all(on: database) }
        #expect(error?.code == .invalidQuery)
    }

    @Test func choosesOneOfTwoConditions() async throws {
        let database = try await Billing.filled()
        let query = Invoice.objects.filter { ($0.number < "2026-3") ^ ($0.client.country == "DE") }
        #expect(try await query.order(by: \.id).all(on: database).map(\.id) == [2, 3, 4])
    }

    @Test func asksNothingForNoRows() async throws {
        let database = try await Billing.filled()
        let none = Tag.objects.none()
        try await expectQueries(0) {
            let rows = try await none.all(on: database)
            #expect(rows.isEmpty)
            #expect(try await none.filter { $0.id == 1 }.first(on: database) == nil)
            #expect(try await none.count(on: database) == 0)
            #expect(try await none.exists(on: database) == false)
        }
        #expect(try await none.delete(on: database) == 0)
        #expect(try await none.update(on: database) { [$0.name.set("x")] } == 0)
        #expect(try await Line.objects.none().aggregate(on: database) { $0.amount.sum } == 0)
        #expect(try await Tag.objects.count(on: database) == 3)
        let rows = try await expectQueries(1) {
            try await Invoice.objects.prefetchRelated(\.tags) { $0.none() }.all(on: database)
        }
        #expect(rows.count == 4 && rows.allSatisfy(\.tags.isEmpty))
        #expect(try await small.union(none).count(on: database) == 2)
        let within = Tag.objects.filter { $0.id.isIn(none.subquery { $0.id }) }
        #expect(try await within.all(on: database).isEmpty)
    }

    @Test func refusesInAJoinWhatIsNone() async throws {
        let database = try await Billing.filled()
        let queries = [
            Invoice.objects.selectRelated(\.client) { $0.none() },
            Invoice.objects.selectRelated(\.client) { $0.raw("SELECT * FROM client") },
            Invoice.objects.selectRelated(\.client) { $0.selectForUpdate() },
        ]
        for query in queries {
            let error = await #expect(throws: ORMError.self) { try await query.all(on: database) }
            #expect(error?.message.contains("but not filter, order or limit") == true)
        }
    }
}
