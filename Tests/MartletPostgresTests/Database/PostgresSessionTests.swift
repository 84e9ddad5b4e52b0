import MartletORM
import MartletPostgres
import MartletTesting
import Testing

@Suite(.postgres) struct PostgresSessionTests {
    @Test func preparesAStatementOnceWhateverItsValues() async throws {
        let database = try await TestDatabase.counters(options: PostgresOptions(maxConnections: 1))
        try await Counter.objects.bulkCreate((0..<50).map { Counter(name: "\($0)") }, on: database)
        for index in 1...50 {
            _ = try await Counter.objects.get(index, on: database)
            _ = try await Counter.objects.filter { $0.id.in(Array(0..<index)) }.count(on: database)
        }
        let texts = try await database.rows(
            "SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%\"counter\"%' AND statement NOT LIKE '%pg_prepared%' ORDER BY 1"
        )
        let statements = try texts.map { try $0.value("statement", as: String.self) }
        #expect(
            statements == [
                #"INSERT INTO "counter" ("name", "value") SELECT r.c1, r.c2 FROM unnest($1::text[], $2::bigint[]) AS r(c1, c2) RETURNING "id""#,
                #"SELECT COUNT(*) FROM "counter" AS t0 WHERE t0."id" = ANY($1)"#,
                #"SELECT t0."id", t0."name", t0."value" FROM "counter" AS t0 WHERE t0."id" = $1"#,
            ])
        try await database.close()
    }

    @Test func preparesAgainWhenATableHasChanged() async throws {
        let database = try await TestDatabase.counters(options: PostgresOptions(maxConnections: 1))
        try await Counter.objects.create(Counter(name: "a"), on: database)
        let all: SQL = "SELECT * FROM counter WHERE id = \(1)"
        for columns in 3...6 {
            #expect(try await database.rows(all)[0].values.count == columns)
            try await database.execute("ALTER TABLE counter ADD COLUMN extra\(raw: String(columns)) int")
        }
        try await database.execute("ALTER TABLE counter ADD COLUMN last int")
        let error = await #expect(throws: ORMError.self) { try await database.transaction { try await $0.rows(all) } }
        #expect(error?.code == .database)
        #expect(try await database.transaction { try await $0.rows(all) }[0].values.count == 8)
        try await database.execute("DEALLOCATE ALL")
        #expect(try await database.rows(all)[0].values.count == 8)
        try await database.close()
    }

    @Test func forgetsAStatementThatCannotBePrepared() async throws {
        let database = try await TestDatabase.empty(options: PostgresOptions(maxConnections: 1))
        for _ in 0..<2 {
            let error = await #expect(throws: ORMError.self) { try await database.rows("SELECT n FROM later") }
            #expect(error?.message.contains("relation \"later\" does not exist") == true)
            #expect((error?.cause as? PostgresError)?.sqlState == "42P01")
        }
        try await database.execute("CREATE TABLE later (n int)")
        #expect(try await database.rows("SELECT n FROM later").isEmpty)
        try await database.close()
    }

    @Test func keepsFewStatementsPrepared() async throws {
        let database = try await TestDatabase.empty(options: PostgresOptions(maxConnections: 1))
        for index in 0..<300 { _ = try await database.rows("SELECT \(raw: String(index)) AS n") }
        let count: Int = try await database.rows("SELECT count(*) AS n FROM pg_prepared_statements")[0].value("n")
        #expect(count == 256)
        try await database.close()
    }

    @Test func saysThatATransactionWasRolledBack() async throws {
        let database = try await TestDatabase.counters()
        let error = await #expect(throws: ORMError.self) {
            try await database.transaction { tx in
                try await Counter.objects.create(Counter(name: "a"), on: tx)
                _ = try? await Counter.objects.create(Counter(name: "a"), on: tx)
            }
        }
        #expect(error?.code == .transactionAborted)
        let later = await #expect(throws: ORMError.self) {
            try await database.transaction { tx in
                try await Counter.objects.create(Counter(name: "b"), on: tx)
                _ = try? await Counter.objects.create(Counter(name: "b"), on: tx)
                _ = try await Counter.objects.count(on: tx)
            }
        }
        #expect(later?.code == .transactionAborted)
        #expect(later?.message.contains("savepoint") == true)
        #expect(try await Counter.objects.count(on: database) == 0)
        try await database.close()
    }

    @Test func leavesNoTransactionThatWasBegunByHand() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        let database = try PostgresDatabase.open(url, options: PostgresOptions(maxConnections: 1))
        let other = try PostgresDatabase.open(url)
        try await Migrator([Migration("0001", creating: [Counter.self])]).migrate(database)
        try await database.execute("BEGIN")
        try await Counter.objects.create(Counter(name: "a"), on: database)
        _ = try? await database.rows("BEGIN; SELECT 1")
        let open = try await other.rows(
            "SELECT query FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'")
        #expect(open == [])
        #expect(try await Counter.objects.count(on: database) == 1)
        try await database.close()
        try await other.close()
    }

    @Test func runsChildTasksOfASnapshotInOrderOfArrival() async throws {
        let database = try await TestDatabase.counters(options: PostgresOptions(maxConnections: 1))
        try await Counter.objects.bulkCreate((0..<100).map { Counter(name: "\($0)", value: $0) }, on: database)
        let sums = try await database.withSession(.snapshot) { session in
            try await withThrowingTaskGroup(of: (Int, Int).self) { group in
                for index in 0..<50 {
                    let text = "SELECT count(*)::int FROM counter WHERE value >= ?"
                    group.addTask {
                        let statement = Statement(text, [.integer(Int64(index))])
                        return (index, try await session.run(statement) { try $0.next(as: Int.self) }.rows[0])
                    }
                }
                return try await group.reduce(into: [Int: Int]()) { $0[$1.0] = $1.1 }
            }
        }
        #expect(sums == Dictionary(uniqueKeysWithValues: (0..<50).map { ($0, 100 - $0) }))
        try await database.close()
    }

    @Test func tellsLimitsOfTimeAndLocksApart() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        let database = try PostgresDatabase.open(url)
        try await Migrator([Migration("0001", creating: [Counter.self])]).migrate(database)
        try await Counter.objects.create(Counter(name: "a"), on: database)
        let impatient = try PostgresDatabase.open(url + "&options=-c%20statement_timeout%3D20")
        let late = await #expect(throws: ORMError.self) { try await impatient.rows("SELECT pg_sleep_for('1 hour')") }
        #expect(late?.code == .timedOut)
        try await database.transaction { tx in
            _ = try await tx.rows("SELECT 1 FROM counter FOR UPDATE")
            let locked = await #expect(throws: ORMError.self) {
                try await impatient.transaction { try await $0.rows("SELECT 1 FROM counter FOR UPDATE NOWAIT") }
            }
            #expect(locked?.code == .busy)
        }
        try await impatient.close()
        try await database.close()
    }

    @Test func tellsWhichTransactionIsToBeRunAgain() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        let database = try PostgresDatabase.open(url)
        let other = try PostgresDatabase.open(url)
        try await Migrator([Migration("0001", creating: [Counter.self])]).migrate(database)
        try await Counter.objects.create(Counter(name: "a"), on: database)
        let error = await #expect(throws: ORMError.self) {
            try await database.transaction { tx in
                try await tx.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
                _ = try await Counter.objects.count(on: tx)
                try await other.execute("UPDATE counter SET value = 1")
                try await Counter.objects.update(on: tx) { [$0.value.set($0.value + 1)] }
            }
        }
        #expect(error?.code == .serializationFailure)
        try await database.close()
        try await other.close()
    }

    @Test func writesAllRowsOrNoneInSeveralTrips() async throws {
        let database = try await TestDatabase.counters()
        var values = (0..<2500).map { [SQLValue.text("\($0)")] }
        let text = "INSERT INTO counter (name, value) VALUES (?, 0)"
        let changes = try await database.withSession(.write) { session in
            try await session.run(Statement(text, each: values)) { _ in true }.changes
        }
        #expect(changes == 2500)
        values = (2500..<5000).map { [.text("\($0)")] } + [[.text("7")]]
        let error = await #expect(throws: ORMError.self) {
            try await database.withSession(.write) { try await $0.run(Statement(text, each: values)) { _ in true } }
        }
        #expect(error?.code == .uniqueViolation)
        #expect(try await Counter.objects.count(on: database) == 2500)
        try await database.close()
    }

    @Test func namesTheConstraint() async throws {
        let database = try await TestDatabase.counters()
        try await Counter.objects.create(Counter(name: "a"), on: database)
        let error = await #expect(throws: ORMError.self) {
            try await Counter.objects.create(Counter(name: "a"), on: database)
        }
        #expect(error?.constraint == "counter_name_unique")
        #expect((error?.cause as? PostgresError)?.detail == "Key (name)=(a) already exists.")
        try await database.close()
    }
}
