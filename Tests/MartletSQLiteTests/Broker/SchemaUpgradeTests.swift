import Foundation
import MartletORM
import MartletSQLite
import MartletTasks
import Testing

/// That files of the first version are still read.
@Suite struct SchemaUpgradeTests {
    /// The tables as the first version made them.
    private static let oldSchema = [
        """
        CREATE TABLE martlet_message (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, queue TEXT NOT NULL,
            priority INTEGER NOT NULL, eta INTEGER, expires INTEGER, headers BLOB NOT NULL, properties BLOB NOT NULL,
            body BLOB NOT NULL, published_at INTEGER NOT NULL, state INTEGER NOT NULL, available_at INTEGER NOT NULL,
            holder INTEGER, attempt INTEGER NOT NULL DEFAULT 0, token INTEGER NOT NULL DEFAULT 0)
        """,
        """
        CREATE TABLE martlet_dead_letter (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, queue TEXT NOT NULL,
            priority INTEGER NOT NULL, eta INTEGER, expires INTEGER, headers BLOB NOT NULL, properties BLOB NOT NULL,
            body BLOB NOT NULL, reason TEXT NOT NULL, error TEXT NOT NULL, attempts INTEGER NOT NULL,
            died_at INTEGER NOT NULL)
        """,
        """
        CREATE TABLE martlet_result (
            id TEXT PRIMARY KEY, state TEXT NOT NULL, is_final INTEGER NOT NULL, result BLOB NOT NULL,
            stored_at INTEGER NOT NULL)
        """,
        "CREATE TABLE martlet_rate (key TEXT PRIMARY KEY, next_at INTEGER NOT NULL) WITHOUT ROWID",
        """
        INSERT INTO martlet_message (id, queue, priority, headers, properties, body, published_at, state, available_at)
        VALUES ('old', 'q', 0, x'7B7D', x'7B7D', x'5B5D', 1, 0, 0)
        """,
        """
        INSERT INTO martlet_dead_letter (id, queue, priority, headers, properties, body, reason, error, attempts, died_at)
        VALUES ('dead', 'q', 0, x'7B7D', x'7B7D', x'5B5D', 'failed', 'no', 1, 1)
        """,
        """
        INSERT INTO martlet_result VALUES
            ('done', 'SUCCESS', 1, CAST('{"status":"SUCCESS","task_id":"done","result":1}' AS BLOB), 1)
        """,
    ]

    @Test func fileOfTheFirstVersionIsUpgradedInPlace() async throws {
        let file = try TemporaryDatabase()
        let database = try SQLiteDatabase.open(path: file.path())
        for statement in Self.oldSchema { try await database.execute(SQL(raw: statement)) }
        let broker = try SQLiteBroker(path: file.path())
        let results = try SQLiteResultBackend(path: file.path())
        #expect(try await results.fetch(["done"])["done"]?.value == 1)
        #expect(try await broker.retryDeadLetters(["dead"]) == 1)
        let received = try await broker.receive(from: ["q"], limit: 5, lease: .seconds(30))
        #expect(received.map(\.message.id) == ["old", "dead"])
        #expect(try await broker.saveCheckpoint(7, for: received[0].receipt))
        let limit = KeyedLimit(key: "k", kind: .concurrency(1))
        let rate = KeyedLimit(key: "k", kind: .rate(.perSecond(1)))
        #expect(try await broker.acquire([limit, rate], for: received[1].receipt) == .granted)
        try await broker.settle(received.map { Settlement($0.receipt, .acknowledge) })
        #expect(try await broker.depth(of: "q").total == 0)
        let indexes = try await database.rows(
            SQL(raw: "SELECT name FROM sqlite_master WHERE name LIKE 'martlet_message_%'"))
        #expect(
            Set(indexes.compactMap { $0["name"] }) == [
                .text("martlet_message_waiting"), .text("martlet_message_available"),
            ])
        try await results.cleanUp()
        #expect(try await results.fetch(["done"]).isEmpty, "a result of 1970 has expired")
    }

    @Test func messagesOfAnEarlierVersionAreDrained() async throws {
        let file = try TemporaryDatabase()
        let database = try SQLiteDatabase.open(path: file.path())
        for statement in Self.oldSchema { try await database.execute(SQL(raw: statement)) }
        // As the first version keeps one that waits for its eta, and one that a worker held until its lease ran out.
        try await database.execute(
            SQL(
                raw: """
                    INSERT INTO martlet_message (id, queue, priority, headers, properties, body, published_at, state,
                        available_at, holder, attempt, token)
                    VALUES ('delayed', 'q', 0, x'7B7D', x'7B7D', x'5B5D', 1, 1, 2, NULL, 0, 0),
                        ('held', 'q', 0, x'7B7D', x'7B7D', x'5B5D', 1, 2, 2, 7, 1, 1)
                    """))
        let broker = try SQLiteBroker(path: file.path())
        let received = try await broker.receive(from: ["q"], limit: 5, lease: .seconds(30))
        #expect(received.map(\.message.id) == ["old", "delayed", "held"])
        #expect(received.map(\.attempt) == [1, 1, 2])
        try await broker.settle(received.map { Settlement($0.receipt, .acknowledge) })
        let left = try await database.rows(SQL(raw: "SELECT count(*) AS left FROM martlet_message"))
        #expect(left.first?["left"] == .integer(0))
    }

    @Test func outboxMigrationStaysAsItWas() async throws {
        let file = try TemporaryDatabase()
        let database = try SQLiteDatabase.open(path: file.path())
        try await Migrator([OutboxMigration.migration]).migrate(database)
        let broker = try SQLiteBroker(path: file.path())
        #expect(try await broker.depth(of: "celery").total == 0)
        // The migration is remembered by its statements, so the upgrade must not have changed them.
        #expect(try await Migrator([OutboxMigration.migration]).migrate(database).isEmpty)
    }
}
