import MartletORM
import MartletSQLite
import Testing

@Model("a")
struct Twice {
    var id: Int
    var name: String
    @Column("name") var title: String
}

@Suite struct MigratorTests {
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
                #"CREATE UNIQUE INDEX "invoice_tag_invoice_id_tag_id_unique" ON "invoice_tag" ("invoice_id", "tag_id")"#))
        #expect(migration.sql.contains(#"CREATE UNIQUE INDEX "client_name_unique" ON "client" ("name")"#))
    }

    @Test func appliesEachMigrationOnceAndPlansTheRest() async throws {
        let database = try SQLiteDatabase.temporary()
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
        let database = try SQLiteDatabase.temporary()
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
        let database = try SQLiteDatabase.temporary()
        let migrations = [
            Migration("0001", sql: ["CREATE TABLE a (id INTEGER)"]), Migration("0002", sql: ["CREATE TABLE a (id INTEGER)"]),
        ]
        await expectRefusal(.database, "Migration 0002 failed") { try await Migrator(migrations).migrate(database) }
        #expect(try await database.rows("SELECT name FROM sqlite_schema").isEmpty)
    }

    @Test func refusesAModelThatContradictsItself() async throws {
        let database = try SQLiteDatabase.temporary()
        let migrator = Migrator([Migration("0001", creating: [Twice.self])])
        await expectRefusal(.invalidModel, "two columns named \"name\"") { try await migrator.migrate(database) }
    }

    private func expectRefusal(_ code: ORMError.Code, _ words: String, _ migrate: () async throws -> [String]) async {
        let error = await #expect(throws: ORMError.self) { _ = try await migrate() }
        #expect(error?.code == code)
        #expect(error?.message.contains(words) == true)
    }
}
