import MartletORM
import MartletTesting
import Testing

// Django's known_related_objects/tests.py. There a child points back to the parent object it was found by; here rows are
// values: the child has the parent's key, and `attaching` puts the parent itself into it, without a statement.

extension Pools {
    @Suite(.eachDatabase) struct ExistingRelatedInstancesTests {
        @Test func foreignKey() async throws {
            let database = try await filled()
            try await expectQueries(2) {
                let tournament = try await Tournament.objects.get(1, on: database)
                let pools = try await tournament.pools.objects.all(on: database).attaching(\.tournament, [tournament])
                #expect(pools.map(\.tournament) == [tournament, tournament])
            }
        }

        @Test func foreignKeyPrefetchRelated() async throws {
            let database = try await filled()
            try await expectQueries(2) {
                let row = try await Tournament.objects.prefetchRelated(\.pools).get(1, on: database)
                #expect(row.pools.map(\.tournament.id) == [row.id, row.id])
                #expect(try row.pools.attaching(\.tournament, [row.root])[0].tournament == row.root)
            }
        }

        @Test func foreignKeyMultiplePrefetch() async throws {
            let database = try await filled()
            try await expectQueries(2) {
                let rows = try await Tournament.objects.prefetchRelated(\.pools).order(by: \.id).all(on: database)
                for row in rows { #expect(row.pools.map(\.tournament.id) == [row.id, row.id]) }
            }
        }

        @Test func oneToOne() async throws {
            let database = try await filled()
            try await expectQueries(2) {
                let style = try await PoolStyle.objects.get(1, on: database)
                #expect(try await style.pool.load(on: database).id == style.pool.id)
            }
        }

        @Test func oneToOneSelectRelated() async throws {
            let database = try await filled()
            let style = try await expectQueries(1) {
                try await PoolStyle.objects.selectRelated(\.pool).get(1, on: database)
            }
            #expect(style.pool.name == "T1 Pool 2")
        }

        @Test func oneToOneMultiSelectRelated() async throws {
            let database = try await filled()
            let styles = try await expectQueries(1) {
                try await PoolStyle.objects.selectRelated(\.pool).order(by: \.id).all(on: database)
            }
            #expect(styles.map(\.pool.id) == styles.map(\.root.pool.id))
        }

        @Test func oneToOnePrefetchRelated() async throws {
            let database = try await filled()
            let style = try await expectQueries(2) {
                try await PoolStyle.objects.prefetchRelated(\.pool).get(1, on: database)
            }
            #expect(style.pool.name == "T1 Pool 2")
        }

        @Test func oneToOneMultiPrefetchRelated() async throws {
            let database = try await filled()
            let styles = try await expectQueries(2) {
                try await PoolStyle.objects.prefetchRelated(\.pool).order(by: \.id).all(on: database)
            }
            #expect(styles.map(\.pool.name) == ["T1 Pool 2", "T2 Pool 3", "T1 Pool 1"])
        }

        @Test func reverseOneToOne() async throws {
            let database = try await filled()
            try await expectQueries(2) {
                let pool = try await Pool.objects.get(2, on: database)
                #expect(try await pool.poolstyle.load(on: database)?.pool.id == pool.id)
            }
        }

        @Test func reverseOneToOneSelectRelated() async throws {
            let database = try await filled()
            let pool = try await expectQueries(1) {
                try await Pool.objects.selectRelated(\.poolstyle).get(2, on: database)
            }
            #expect(pool.poolstyle?.pool.id == pool.id)
        }

        @Test func reverseOneToOnePrefetchRelated() async throws {
            let database = try await filled()
            let pool = try await expectQueries(2) {
                try await Pool.objects.prefetchRelated(\.poolstyle).get(2, on: database)
            }
            #expect(pool.poolstyle?.name == "T1 Pool 2 Style")
        }

        @Test func reverseOneToOneMultiSelectRelated() async throws {
            let database = try await filled()
            let pools = try await expectQueries(1) {
                try await Pool.objects.selectRelated(\.poolstyle).order(by: \.id).all(on: database)
            }
            #expect(pools.map { $0.poolstyle?.pool.id } == [1, 2, 3, nil])
        }

        @Test func reverseOneToOneMultiPrefetchRelated() async throws {
            let database = try await filled()
            let pools = try await expectQueries(2) {
                try await Pool.objects.prefetchRelated(\.poolstyle).order(by: \.id).all(on: database)
            }
            #expect(pools.map { $0.poolstyle?.pool.id } == [1, 2, 3, nil])
        }

        @Test func reverseFkSelectRelatedMultiple() async throws {
            let database = try await filled()
            let pools = try await expectQueries(1) {
                try await Pool.objects.selectRelated(\.poolstyle).selectRelated(\.anotherStyle).order(by: \.id)
                    .all(on: database)
            }
            #expect(pools[2].poolstyle?.name == "T2 Pool 1 Style")
            #expect(pools[2].anotherStyle?.name == "T1 Pool 1 Style")
        }

        @Test func multilevelReverseFkSelectRelated() async throws {
            let database = try await filled()
            // From the side of the many, where each row has one tournament.
            let styles = try await expectQueries(1) {
                try await PoolStyle.objects.filter { $0.anotherPool.tournament.id == 2 }
                    .selectRelated(\.anotherPool) { $0.selectRelated(\.tournament) }.all(on: database)
            }
            #expect(styles.map(\.name) == ["T1 Pool 1 Style"])
            #expect(styles[0].anotherPool?.name == "T2 Pool 3")
            #expect(styles[0].anotherPool?.tournament.name == "Tourney 2")
        }

        @Test func multilevelReverseFkCyclicSelectRelated() async throws {
            let database = try await filled()
            let styles = try await expectQueries(2) {
                try await PoolStyle.objects.filter { $0.pool.tournament.id == 2 }
                    .selectRelated(\.pool) { pool in
                        pool.selectRelated(\.tournament) { $0.prefetchRelated(\.pools) { $0.order(by: \.id) } }
                    }.all(on: database)
            }
            #expect(styles.map(\.name) == ["T2 Pool 1 Style"])
            #expect(styles[0].pool.tournament.pools.map(\.id) == [3, 4])
        }
    }
}
