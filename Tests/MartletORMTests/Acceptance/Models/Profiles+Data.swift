import MartletORM

extension Profiles {
    static let migration = Migration(
        "0001",
        creating: [
            User.self, UserProfile.self, UserStatResult.self, UserStat.self, StatDetails.self, AdvancedUserStat.self,
            Image.self, Product.self, Parent1.self, Parent2.self, Child1.self, Child2.self, Child3.self, Child4.self,
            LinkedList.self,
        ])

    /// User test with everything; user bob without a profile; parents with and without children.
    static func filled() async throws -> Database {
        let database = try await TestDatabase.migrated([migration])
        try await database.transaction { tx in
            try await User.objects.bulkCreate([User(username: "test"), User(username: "bob")], on: tx)
            try await UserProfile.objects.create(UserProfile(user: 1, city: "Lawrence", state: "KS"), on: tx)
            try await UserStatResult.objects.bulkCreate(
                [UserStatResult(results: "first results"), UserStatResult(results: "moar results")], on: tx)
            try await UserStat.objects.bulkCreate(
                [UserStat(user: 1, posts: 150, results: 1), UserStat(user: 2, posts: 200, results: 2)], on: tx)
            try await StatDetails.objects.bulkCreate(
                [StatDetails(baseStats: 1, comments: 259), StatDetails(baseStats: 2, comments: 250)], on: tx)
            try await AdvancedUserStat.objects.create(AdvancedUserStat(base: 2, karma: 5), on: tx)
            try await family(on: tx)
        }
        return database
    }

    private static func family(on tx: Transaction) async throws {
        try await Parent1.objects.bulkCreate(
            ["Only Parent1", "Child1 Parent1", "Child2 Parent1"].map { Parent1(name1: $0) }, on: tx)
        try await Parent2.objects.bulkCreate(
            ["Child1 Parent2", "Child2 Parent2"].map { Parent2(name2: $0) }, on: tx)
        try await Child1.objects.create(Child1(parent1: 2, parent2: 1, value: 1), on: tx)
        try await Child2.objects.create(Child2(parent1: 3, parent2: 2, value: 2), on: tx)
    }
}
