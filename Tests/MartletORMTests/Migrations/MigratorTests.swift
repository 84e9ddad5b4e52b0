import MartletORM
import Testing

@Model("a")
struct Twice {
    var id: Int
    var name: String
    @Column("name") var title: String
}

/// Has a name itself, which is not the company's.
@Model("a")
struct Misplaced {
    var id: Int
    var name: String
    @ForeignKey var company: Reference<Company>

    static var indexes: [ModelIndex<Misplaced>] {
        [.index(\.company.id, \.name), .unique(\.company.id, \.company.name)]
    }
}

@Suite(.eachDatabase) struct MigratorTests {
    @Test func createsTablesAfterThoseTheyReferTo() {
        let tables = Billing.migrations[0].sql.filter { $0.hasPrefix("CREATE TABLE") }
            .compactMap { $0.split(separator: "\"").dropFirst().first.map(String.init) }
        #expect(tables == ["company", "client", "project", "invoice", "line", "tag", "invoice_tag"])
    }

    @Test func writesTheTableOfAModel() {
        let migration = Migration("m", creating: [InvoiceTag.self, Tag.self, Invoice.self, Client.self])
        #expect(
            migration.sql.contains(
                """
                CREATE TABLE "invoice_tag" (
                    "id" INTEGER PRIMARY KEY AUTOINCREMENT,
                    "invoice_id" INTEGER NOT NULL REFERENCES "invoice" ("id") ON DELETE CASCADE,
                    "tag_id" INTEGER NOT NULL REFERENCES "tag" ("id") ON DELETE CASCADE
                ) STRICT
                """))
        #expect(migration.sql.contains(#"CREATE INDEX "invoice_tag_tag_id_index" ON "invoice_tag" ("tag_id")"#))
        #expect(
            migration.sql.contains(
                #"CREATE UNIQUE INDEX "invoice_tag_invoice_id_tag_id_unique" ON "invoice_tag" ("invoice_id", "tag_id")"#
            ))
        #expect(migration.sql.contains(#"CREATE UNIQUE INDEX "client_name_unique" ON "client" ("name")"#))
    }

    @Test func createsTablesThatReferToEachOther() async throws {
        let migration = Migration("m", creating: [Houses.House.self, Houses.Room.self, Houses.Person.self])
        #expect(
            migration.sql(for: .postgreSQL).last
                == #"ALTER TABLE "house" ADD FOREIGN KEY ("main_room_id") REFERENCES "room" ("id") ON DELETE SET NULL"#)
        #expect(migration.sql.allSatisfy { !$0.hasPrefix("ALTER") })
        #expect(migration.sql[1].contains(#""main_room_id" INTEGER REFERENCES "room" ("id") ON DELETE SET NULL"#))
        let database = try await Houses.filled()
        try await database.transaction { try await Houses.Room.objects.delete(on: $0) }
        #expect(try await Houses.House.objects.filter { $0.mainRoom.isNull }.count(on: database) == 4)
    }

    @Test func appliesEachMigrationOnceAndPlansTheRest() async throws {
        let database = try await TestDatabase.empty()
        let second = Migration("0002_note", sql: ["ALTER TABLE company ADD COLUMN note TEXT"])
        #expect(try await Migrator(Billing.migrations).plan(database).map(\.name) == ["0001_initial"])
        #expect(try await Migrator(Billing.migrations).migrate(database) == ["0001_initial"])
        #expect(try await Migrator(Billing.migrations).migrate(database) == [])
        let both = Migrator(Billing.migrations + [second])
        #expect(try await both.plan(database).map(\.sql) == [second.sql])
        #expect(try await both.migrate(database) == ["0002_note"])
        #expect(try await both.plan(database).isEmpty)
        #expect(try await database.rows("SELECT note FROM company").isEmpty)
    }

    @Test func refusesAChangedHistory() async throws {
        let database = try await TestDatabase.empty()
        let first = Migration("0001", sql: ["CREATE TABLE a (id INTEGER)"])
        try await Migrator([first]).migrate(database)
        let changed = Migration("0001", sql: ["CREATE TABLE a (id INTEGER, b TEXT)"])
        await expectRefusal(.migrationChanged, "0001") { try await Migrator([changed]).migrate(database) }
        await expectRefusal(.invalidMigration, "the list is shorter") { try await Migrator([]).migrate(database) }
        let inserted = [Migration("0000", sql: []), first]
        await expectRefusal(.invalidMigration, "the list has 0000") { try await Migrator(inserted).migrate(database) }
        await expectRefusal(.invalidMigration, "named 0001") { try await Migrator([first, first]).migrate(database) }
    }

    @Test func leavesTheDatabaseAsItWasWhenOneFails() async throws {
        let database = try await TestDatabase.empty()
        let migrations = [
            Migration("0001", sql: ["CREATE TABLE a (id INTEGER)"]),
            Migration("0002", sql: ["CREATE TABLE a (id INTEGER)"]),
        ]
        await expectRefusal(.database, "Migration 0002 failed") { try await Migrator(migrations).migrate(database) }
        let tables: SQL = TestDatabase.by(
            sqlite: "SELECT name FROM sqlite_schema",
            postgreSQL: "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        #expect(try await database.rows(tables).isEmpty)
    }

    @Test func refusesAModelThatContradictsItself() async throws {
        let database = try await TestDatabase.empty()
        let migrator = Migrator([Migration("0001", creating: [Twice.self])])
        await expectRefusal(.invalidModel, "two columns named \"name\"") { try await migrator.migrate(database) }
    }

    @Test func refusesAnIndexOverColumnsOfARelatedRow() async throws {
        let database = try await TestDatabase.empty()
        let migrator = Migrator([Migration("0001", creating: [Company.self, Misplaced.self])])
        await expectRefusal(.invalidModel, #"An index of Misplaced names "name" of "company""#) {
            try await migrator.migrate(database)
        }
        #expect(Misplaced.indexes.map(\.columns).first == ["company_id", "name"])
    }

    private func expectRefusal(_ code: ORMError.Code, _ words: String, _ migrate: () async throws -> [String]) async {
        let error = await #expect(throws: ORMError.self) { _ = try await migrate() }
        #expect(error?.code == code)
        #expect(error?.message.contains(words) == true)
    }
}
