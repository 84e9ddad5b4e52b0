import MartletORM
import MartletTesting
import Testing

// Django's known_related_objects/tests.py: queries put together.

extension Pools.ExistingRelatedInstancesTests {
    private typealias Pool = Pools.Pool

    private func parents(_ database: Database) async throws -> ([Pools.Tournament], Pools.Organiser) {
        (
            try await Pools.Tournament.objects.order(by: \.id).all(on: database),
            try await Pools.Organiser.objects.get(1, on: database)
        )
    }

    @Test func querysetOr() async throws {
        let database = try await Pools.filled()
        let (tournaments, _) = try await parents(database)
        let rows = try await expectQueries(1) {
            try await tournaments[0].pools.objects.or(tournaments[1].pools.objects).order(by: \.id).all(on: database)
                .attaching(\.tournament, tournaments)
        }
        #expect(rows.map(\.tournament.name) == ["Tourney 1", "Tourney 1", "Tourney 2", "Tourney 2"])
    }

    @Test func querysetOrDifferentCachedItems() async throws {
        let database = try await Pools.filled()
        let (tournaments, organiser) = try await parents(database)
        let rows = try await expectQueries(1) {
            try await tournaments[0].pools.objects.or(organiser.pools.objects).order(by: \.id).all(on: database)
                .attaching(\.tournament, tournaments).attaching(\.organiser, [organiser])
        }
        #expect(rows[0].tournament == tournaments[0] && rows[0].organiser == organiser)
    }

    @Test func querysetOrOnlyOneWithPrecache() async throws {
        let database = try await Pools.filled()
        let (tournaments, _) = try await parents(database)
        let third = Pool.objects.filter { $0.id == 3 }
        for query in [tournaments[0].pools.objects.or(third), third.or(tournaments[0].pools.objects)] {
            let rows = try await expectQueries(2) {
                try await query.order(by: \.id).all(on: database).prefetchRelated(\.tournament, on: database)
            }
            #expect(rows.map(\.tournament.id) == [1, 1, 2])
        }
    }

    @Test func querysetAnd() async throws {
        let database = try await Pools.filled()
        let (tournaments, organiser) = try await parents(database)
        let rows = try await expectQueries(1) {
            try await tournaments[0].pools.objects.and(organiser.pools.objects).order(by: \.id).all(on: database)
                .attaching(\.tournament, tournaments).attaching(\.organiser, [organiser])
        }
        #expect(rows.map(\.id) == [1, 2])
        #expect(rows.map(\.organiser.name) == ["Organiser 1", "Organiser 1"])
    }
}
