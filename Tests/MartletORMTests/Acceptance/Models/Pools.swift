import MartletORM

/// The models of Django's known_related_objects tests.
enum Pools {
    @Model("tournament")
    struct Tournament: Equatable, Hashable {
        var id: Int
        var name: String
        @HasMany(\Pool.tournament) var pools: Many<Pool>
    }

    @Model("organiser")
    struct Organiser: Equatable {
        var id: Int
        var name: String
        @HasMany(\Pool.organiser) var pools: Many<Pool>
    }

    @Model("pool")
    struct Pool: Equatable {
        var id: Int
        var name: String
        @ForeignKey(onDelete: .cascade) var tournament: Reference<Tournament>
        @ForeignKey(onDelete: .cascade) var organiser: Reference<Organiser>
        @HasOne(\PoolStyle.pool) var poolstyle: One<PoolStyle>
        @HasOne(\PoolStyle.anotherPool) var anotherStyle: One<PoolStyle>
    }

    @Model("pool_style")
    struct PoolStyle: Equatable {
        var id: Int
        var name: String
        @OneToOne(onDelete: .cascade) var pool: Reference<Pool>
        @OneToOne(onDelete: .cascade) var anotherPool: Reference<Pool>?
    }

    static let migration = Migration("0001", creating: [Tournament.self, Organiser.self, Pool.self, PoolStyle.self])

    /// Two tournaments with two pools each, of one organiser; three styles.
    static func filled() async throws -> Database {
        let database = try await TestDatabase.migrated([migration])
        try await database.transaction { tx in
            try await Tournament.objects.bulkCreate(
                [Tournament(name: "Tourney 1"), Tournament(name: "Tourney 2")], on: tx)
            try await Organiser.objects.create(Organiser(name: "Organiser 1"), on: tx)
            try await Pool.objects.bulkCreate(
                [(1, 1), (2, 1), (3, 2), (4, 2)].map { number, tournament in
                    Pool(name: "T\(tournament) Pool \(number)", tournament: Reference(id: tournament), organiser: 1)
                }, on: tx)
            try await PoolStyle.objects.bulkCreate(
                [
                    PoolStyle(name: "T1 Pool 2 Style", pool: 2), PoolStyle(name: "T2 Pool 1 Style", pool: 3),
                    PoolStyle(name: "T1 Pool 1 Style", pool: 1, anotherPool: 3),
                ], on: tx)
        }
        return database
    }
}
