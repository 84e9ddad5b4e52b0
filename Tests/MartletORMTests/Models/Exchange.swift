import MartletORM

/// Models that refer to each other by other columns than their primary keys.
enum Exchange {
    @Model("currency")
    struct Currency: Equatable {
        var id: Int
        @Unique var code: String
        @Unique var number: Int
        var name: String
        @HasMany(\Price.currency) var prices: Many<Price>
        @HasMany(\Price.former) var formerPrices: Many<Price>
        @HasOne(\Mint.currency) var mint: One<Mint>
    }

    @Model("price")
    struct Price: Equatable {
        var id: Int
        var amount: Int
        @ForeignKey(onDelete: .cascade) var currency: KeyedReference<Currency.CodeKey>
        @ForeignKey(onDelete: .setNull) var former: KeyedReference<Currency.NumberKey>?
        @ManyToMany(inverse: \Topic.prices) var topics: Many<Topic>
        @ManyToMany(from: \Label.price, to: \Label.topic) var labels: Many<Topic>
    }

    @Model("mint")
    struct Mint: Equatable {
        var id: Int
        var town: String
        @OneToOne(onDelete: .cascade) var currency: KeyedReference<Currency.CodeKey>
    }

    @Model("topic")
    struct Topic: Equatable {
        var id: Int
        @Unique var slug: String
        @ForeignKey(onDelete: .cascade) var parent: KeyedReference<Topic.SlugKey>?
        @HasMany(\Topic.parent) var children: Many<Topic>
        @ManyToMany(through: Label.self) var labels: Many<Price>
        @ManyToMany(from: \Label.topic, to: \Label.price) var prices: Many<Price>
    }

    @Model("label")
    struct Label: Equatable {
        var id: Int
        @ForeignKey(onDelete: .cascade) var topic: KeyedReference<Topic.SlugKey>
        @ForeignKey(onDelete: .cascade) var price: Reference<Price>
    }

    /// Some have no badge.
    @Model("member")
    struct Member: Equatable {
        var id: Int
        var name: String
        @Unique var badge: String?
        @HasMany(\Visit.member) var visits: Many<Visit>
    }

    @Model("visit")
    struct Visit: Equatable {
        var id: Int
        var day: Int
        @ForeignKey(onDelete: .cascade) var member: KeyedReference<Member.BadgeKey>
        @ForeignKey(onDelete: .setNull) var guest: KeyedReference<Member.BadgeKey>?
    }

    static let migration = Migration(
        "0001",
        creating: [Label.self, Topic.self, Mint.self, Price.self, Currency.self, Visit.self, Member.self])

    /// Two currencies in use and one of the past; three prices; four topics, one below the other but for the last.
    static func filled() async throws -> Database {
        let database = try await TestDatabase.migrated([migration])
        try await database.transaction { tx in
            try await Currency.objects.bulkCreate(
                [
                    Currency(code: "DEM", number: 276, name: "Mark"), Currency(code: "EUR", number: 978, name: "Euro"),
                    Currency(code: "CHF", number: 756, name: "Franken"),
                ], on: tx)
            try await Price.objects.bulkCreate(
                [
                    Price(amount: 10, currency: "EUR", former: 276), Price(amount: 20, currency: "EUR"),
                    Price(amount: 30, currency: "CHF"),
                ], on: tx)
            try await Mint.objects.create(Mint(town: "Bern", currency: "CHF"), on: tx)
            try await Topic.objects.bulkCreate(
                [
                    Topic(slug: "food"), Topic(slug: "fruit", parent: "food"), Topic(slug: "apples", parent: "fruit"),
                    Topic(slug: "tools"),
                ], on: tx)
        }
        return database
    }
}
