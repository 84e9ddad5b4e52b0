import MartletORM
import MartletTesting
import Testing

@Suite(.eachDatabase) struct ManyToManyTests {
    typealias Pizza = Taxonomy.Pizza
    typealias Topping = Taxonomy.Topping

    private func filled() async throws -> (Database, [Pizza], [Topping]) {
        let database = try await TestDatabase.migrated([Taxonomy.migration])
        let pizzas = try await Pizza.objects.bulkCreate([Pizza(name: "Roma"), Pizza(name: "Napoli")], on: database)
        let toppings = try await Topping.objects.bulkCreate(
            ["olives", "capers", "basil"].map { Topping(name: $0) }, on: database)
        return (database, pizzas, toppings)
    }

    private func names(_ pizza: Pizza, _ database: Database) async throws -> [String] {
        try await pizza.toppings.objects.order(by: \.id).all(on: database).map(\.name)
    }

    @Test func makesATableOfItsOwn() {
        let statements = Taxonomy.migration.sql.filter { $0.contains("pizza_toppings") }
        #expect(
            statements == [
                """
                CREATE TABLE "pizza_toppings" (
                    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
                    "pizza_id" INTEGER NOT NULL REFERENCES "pizza" ("id") ON DELETE CASCADE,
                    "topping_id" INTEGER NOT NULL REFERENCES "topping" ("id") ON DELETE CASCADE
                ) STRICT
                """,
                #"CREATE INDEX "pizza_toppings_topping_id_index" ON "pizza_toppings" ("topping_id")"#,
                """
                CREATE UNIQUE INDEX "pizza_toppings_pizza_id_topping_id_unique" \
                ON "pizza_toppings" ("pizza_id", "topping_id")
                """,
            ])
    }

    @Test func relatesAndPrefetchesFromBothSides() async throws {
        let (database, pizzas, toppings) = try await filled()
        try await expectQueries(1) { try await pizzas[0].toppings.add(Array(toppings[0...1]), on: database) }
        try await toppings[0].pizzas.add([pizzas[1]], on: database)
        let rows = try await expectQueries(2) {
            try await Pizza.objects.order(by: \.id).prefetchRelated(\.toppings) { $0.order(by: \.id) }.all(on: database)
        }
        #expect(rows.map { $0.toppings.map(\.name) } == [["olives", "capers"], ["olives"]])
        let back = try await Topping.objects.order(by: \.id).prefetchRelated(\.pizzas) { $0.order(by: \.id) }
            .all(on: database)
        #expect(back.map { $0.pizzas.map(\.name) } == [["Roma", "Napoli"], ["Roma"], []])
        let query = Pizza.objects.filter { $0.toppings.exists { $0.name == "capers" } }
        #expect(try await query.all(on: database).map(\.name) == ["Roma"])
    }

    @Test func addsOnceRemovesSetsAndClears() async throws {
        let (database, pizzas, toppings) = try await filled()
        let many = pizzas[0].toppings
        try await many.add([toppings[0]], on: database)
        try await many.add(toppings, on: database)
        #expect(try await names(pizzas[0], database) == ["olives", "capers", "basil"])
        try await expectQueries(1) { try await many.remove([toppings[1]], on: database) }
        #expect(try await names(pizzas[0], database) == ["olives", "basil"])
        try await expectQueries(2) { try await many.set([toppings[1], toppings[2]], on: database) }
        #expect(try await names(pizzas[0], database) == ["capers", "basil"])
        try await pizzas[1].toppings.add([toppings[0]], on: database)
        try await many.clear(on: database)
        #expect(try await names(pizzas[0], database).isEmpty)
        #expect(try await names(pizzas[1], database) == ["olives"])
        try await expectQueries(0) {
            try await many.add([], on: database)
            try await many.remove([], on: database)
        }
        try await many.set([], on: database)
    }

    @Test func movesRowsOfAForeignKey() async throws {
        let database = try await Billing.filled()
        let projects = try await Project.objects.order(by: \.id).all(on: database)
        try await projects[0].children.add([projects[2]], on: database)
        #expect(try await projects[0].children.objects.order(by: \.id).all(on: database).map(\.id) == [2, 3])
        try await projects[0].children.set([projects[2]], on: database)
        #expect(try await projects[0].children.objects.all(on: database).map(\.id) == [3])
        try await projects[0].children.clear(on: database)
        #expect(try await Project.objects.filter { $0.parent.isNotNull }.count(on: database) == 0)
        let invoice = try await Invoice.objects.get(1, on: database)
        let error = await #expect(throws: ORMError.self) { try await invoice.lines.clear(on: database) }
        #expect(error?.code == .notNullViolation)
        #expect(error?.columns == ["invoice_id"])
    }

    @Test func createsRowsOfTheModelBetween() async throws {
        let database = try await Library.filled()
        let authors = try await Library.Author.objects.order(by: \.id).all(on: database)
        let favorites = authors[1...2].map { author in
            Library.FavoriteAuthors(
                author: KeyedReference(authors[0]), likesAuthor: KeyedReference(author), isActive: false)
        }
        try await Library.FavoriteAuthors.objects.bulkCreate(favorites, on: database)
        let names = try await authors[0].favoriteAuthors.objects.order(by: \.id).all(on: database).map(\.name)
        #expect(names == ["Anne", "Emily"])
        #expect(try await authors[0].active.objects.filter { $0.isActive == false }.count(on: database) == 2)
    }

    @Test func refusesTheInverseOfAForeignKey() async throws {
        let error = await #expect(throws: ORMError.self) {
            try await Wrong.objects.filter { $0.parts.exists() }.all(on: filled().0)
        }
        #expect(error?.code == .invalidModel)
        #expect(error?.message.contains("relation without a table between") == true)
    }
}

@Model("wrong")
private struct Wrong {
    var id: Int
    @HasMany(\Wrong.whole) var children: Many<Wrong>
    @ForeignKey var whole: Reference<Wrong>?
    @ManyToMany(inverse: \Wrong.children) var parts: Many<Wrong>
}
