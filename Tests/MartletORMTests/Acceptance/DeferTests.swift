import MartletORM
import MartletTesting
import Testing

// Django's defer/tests.py. There a column that was left out is loaded when it is read; here a struct with fewer columns of
// the same table is a model too, and what it leaves out cannot be read.

enum Deferred {
    @Model("secondary")
    struct Secondary: Equatable {
        var id: Int
        var first: String
        var second: String
        @HasMany(\PrimaryName.related) var primaryNames: Many<PrimaryName>
    }

    @Model("primary")
    struct Primary: Equatable {
        var id: Int
        var name: String
        var value: String
        @ForeignKey(onDelete: .cascade) var related: Reference<Secondary>
    }

    /// Only the name: `SELECT id, name, related_id`.
    @Model("primary")
    struct PrimaryName: Equatable {
        var id: Int
        var name: String
        @ForeignKey(onDelete: .cascade) var related: Reference<SecondaryFirst>
    }

    @Model("secondary")
    struct SecondaryFirst: Equatable {
        var id: Int
        var first: String
    }

    @Suite(.eachDatabase) struct DeferTests {
        private func filled() async throws -> Database {
            let migration = Migration("0001", creating: [Primary.self, Secondary.self])
            let database = try await TestDatabase.migrated([migration])
            try await Secondary.objects.create(Secondary(first: "x1", second: "y1"), on: database)
            try await Primary.objects.bulkCreate(
                [Primary(name: "p1", value: "xx", related: 1), Primary(name: "p2", value: "yy", related: 1)],
                on: database)
            return database
        }

        @Test func only() async throws {
            let database = try await filled()
            let query = PrimaryName.objects.order(by: \.id)
            #expect(
                try query.sql().text == """
                    SELECT t0."id", t0."name", t0."related_id" FROM "primary" AS t0 ORDER BY t0."id"
                    """)
            #expect(try await query.all(on: database).map(\.name) == ["p1", "p2"])
        }

        @Test func onlyWithSelectRelated() async throws {
            let database = try await filled()
            let query = PrimaryName.objects.selectRelated(\.related).order(by: \.id)
            let rows = try await expectQueries(1) { try await query.all(on: database) }
            #expect(rows.map(\.related.first) == ["x1", "x1"])
            #expect(!(try query.sql().text.contains("second\"")))
        }

        @Test func onlyRelatedManagerOptimization() async throws {
            let database = try await filled()
            let rows = try await expectQueries(2) {
                try await Secondary.objects.prefetchRelated(\.primaryNames) { $0.order(by: \.id) }.all(on: database)
            }
            #expect(rows.map { $0.primaryNames.map(\.name) } == [["p1", "p2"]])
        }

        @Test func savingObjectWithDeferredField() async throws {
            let database = try await filled()
            var row = try await PrimaryName.objects.get(1, on: database)
            row.name = "changed"
            try await PrimaryName.objects.bulkUpdate([row], \.name, on: database)
            let whole = try await Primary.objects.get(1, on: database)
            #expect(whole.name == "changed" && whole.value == "xx")
        }

        @Test func get() async throws {
            let database = try await filled()
            #expect(try await PrimaryName.objects.filter { $0.name == "p2" }.get(on: database).id == 2)
        }
    }
}
