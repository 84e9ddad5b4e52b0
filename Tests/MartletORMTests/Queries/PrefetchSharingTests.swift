import MartletORM
import MartletTesting
import Testing

@Suite(.eachDatabase) struct PrefetchSharingTests {
    @Test func readsEqualBranchesByOneStatement() async throws {
        let database = try await League.filled()
        let (matches, statements) = try await QueryRecorder.record {
            try await Match.objects.order(by: \.id)
                .prefetchRelated(\.home) { $0.prefetchRelated(\.players) { $0.order(by: \.name) } }
                .prefetchRelated(\.away) { $0.prefetchRelated(\.players) { $0.order(by: \.name) } }
                .all(on: database)
        }
        #expect(statements.map(\.rows) == [2, 3, 4])
        #expect(statements[1].bindings == [TestDatabase.keys(1, 2, 3)])
        #expect(statements[2].bindings == [TestDatabase.keys(1, 2, 3)])
        #expect(matches.map(\.home.name) == ["Lions", "Bears"])
        #expect(matches.map(\.away.name) == ["Bears", "Crows"])
        #expect(matches.map { $0.home.players.map(\.name) } == [["Ada", "Bob"], ["Cid"]])
        #expect(matches.map { $0.away.players.map(\.name) } == [["Cid"], ["Dan"]])
    }

    @Test func sharesASliceForEachParent() async throws {
        let database = try await League.filled()
        let matches = try await expectQueries(3) {
            try await Match.objects.order(by: \.id)
                .prefetchRelated(\.away) { $0.prefetchRelated(\.players) { $0.order(by: \.name).limit(1) } }
                .prefetchRelated(\.home) { $0.prefetchRelated(\.players) { $0.order(by: \.name).limit(1) } }
                .all(on: database)
        }
        #expect(matches.map { $0.home.players.map(\.name) } == [["Ada"], ["Cid"]])
        #expect(matches.map { $0.away.players.map(\.name) } == [["Cid"], ["Dan"]])
    }

    @Test func readsDifferentBranchesApart() async throws {
        let database = try await League.filled()
        let query = Match.objects.order(by: \.id)
        let limits = try await expectQueries(5) {
            try await query.prefetchRelated(\.home) { $0.prefetchRelated(\.players) { $0.order(by: \.name).limit(1) } }
                .prefetchRelated(\.away) { $0.prefetchRelated(\.players) { $0.order(by: \.name).limit(2) } }
                .all(on: database)
        }
        #expect(limits.map(\.home.players.count) == [1, 1] && limits.map(\.away.players.count) == [1, 1])
        let filters = try await expectQueries(3) {
            try await query.prefetchRelated(\.home, as: First.self) { $0.filter { $0.name == "Lions" } }
                .prefetchRelated(\.away, as: Second.self) { $0.filter { $0.name == "Crows" } }
                .all(on: database)
        }
        #expect(filters.map { $0.first?.name } == ["Lions", nil])
        #expect(filters.map { $0.second?.name } == [nil, "Crows"])
        let orders = try await expectQueries(4) {
            try await query.selectRelated(\.home) { $0.prefetchRelated(\.players) { $0.order(by: \.name.descending) } }
                .selectRelated(\.away) { $0.prefetchRelated(\.players) { $0.order(by: \.name) } }
                .prefetchRelated(\.away, as: Second.self) { $0.filter { $0.id == 3 } }
                .all(on: database)
        }
        #expect(orders.map { $0.home.players.map(\.name) } == [["Bob", "Ada"], ["Cid"]])
    }

    @Test func tellsWhichRequiredRowIsMissing() async throws {
        let database = try await League.filled()
        let query = Match.objects.order(by: \.id)
            .prefetchRelated(\.home) { $0.filter { $0.id < 3 } }.prefetchRelated(\.away) { $0.filter { $0.id < 3 } }
        let error = await #expect(throws: ORMError.self) { try await query.all(on: database) }
        #expect(error?.message.contains("prefetchRelated(\\.away) found no Team with key 3") == true)
    }
}

@RowName private enum First {}
@RowName private enum Second {}

private enum League {
    /// Three teams, of which each plays, and four players.
    static func filled() async throws -> Database {
        let database = try await TestDatabase.migrated([
            Migration("0001", creating: [Match.self, Player.self, Team.self])
        ])
        try await Team.objects.bulkCreate(
            [Team(name: "Lions"), Team(name: "Bears"), Team(name: "Crows")], on: database)
        try await Player.objects.bulkCreate(
            [
                Player(name: "Bob", team: 1), Player(name: "Ada", team: 1), Player(name: "Cid", team: 2),
                Player(name: "Dan", team: 3),
            ], on: database)
        try await Match.objects.bulkCreate([Match(home: 1, away: 2), Match(home: 2, away: 3)], on: database)
        return database
    }
}

@Model("team")
private struct Team {
    var id: Int
    var name: String
    @HasMany(\Player.team) var players: Many<Player>
}

@Model("player")
private struct Player {
    var id: Int
    var name: String
    @ForeignKey(onDelete: .cascade) var team: Reference<Team>
}

@Model("match")
private struct Match {
    var id: Int
    @ForeignKey(onDelete: .cascade) var home: Reference<Team>
    @ForeignKey(onDelete: .cascade) var away: Reference<Team>
}
