import MartletORM
import MartletPostgres
import MartletTasks
import MartletTesting
import Testing

/// The pool as the URL sets it, where the program runs and not where it is written.
@Suite(.postgres) struct PoolParametersTests {
    /// Holds connections, each while the next one is asked for, until none is to be had; returns how many there were.
    private func hold(_ database: Database, after held: Int = 0) async throws -> Int {
        do {
            return try await database.withSession(.read) { _ in try await hold(database, after: held + 1) }
        } catch let error as ORMError where error.code == .busy {
            return held
        }
    }

    @Test(arguments: [2, 13]) func sizeInTheURLGoesBeforeTheOptions(size: Int) async throws {
        let url = try await PostgresServer.shared().newDatabase()
        let options = PostgresOptions(maxConnections: 9, poolTimeout: .seconds(60))
        let database = try PostgresDatabase.open(url + "&pool_size=\(size)&pool_timeout=3", options: options)
        #expect(try await hold(database) == size)
        try await database.close()
    }

    @Test func timeoutInTheURLSaysHowLongAQueryWaits() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        let place = url.split(separator: "?")
        let database = try PostgresDatabase.open("\(place[0])?pool_timeout=1&\(place[1])&pool_size=1")
        let error = try await database.transaction { tx in
            _ = try await tx.rows("SELECT 1")
            return await #expect(throws: ORMError.self) { try await database.rows("SELECT 1") }
        }
        #expect(error?.code == .busy)
        #expect(try await database.rows("SELECT 1 AS n")[0].values == [.integer(1)])
        try await database.close()
    }

    /// What `DATABASE_URL` says holds for an application's services and for its tasks.
    @Test func storeTakesThemForServicesAndTasks() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        let store = try PostgresStore(url: url + "&pool_size=2&pool_timeout=3", keepsTasks: true)
        try await store.prepare("billing")
        let database = try store.database(of: "billing")
        #expect(try await hold(database) == 2)
        let (broker, _) = try store.tasks()
        try await broker.publish([WireMessage("m")])
        #expect(try await broker.receive(from: ["q"], limit: 1, lease: .seconds(10)).map(\.message.id) == ["m"])
        try await store.check()
        try await database.close()
    }

    @Test(arguments: [
        ("pool_size=0", "pool_size in the connection string is '0'; give a number of connections from 1 to 10000."),
        ("pool_size=ten", "pool_size in the connection string is 'ten'"),
        ("pool_size", "pool_size in the connection string is ''"),
        ("pool_size=99999999999999999999", "is '99999999999999999999'"),
        ("sslmode=require&pool_timeout=1.5", "pool_timeout in the connection string is '1.5'; give whole seconds"),
        ("pool_timeout=-1", "pool_timeout in the connection string is '-1'"),
    ])
    func wrongValuesAreTold(_ query: String, words: String) {
        for make: (String) throws -> Void in [
            { _ = try PostgresDatabase.open($0) }, { _ = try PostgresBroker(url: $0) },
            { _ = try PostgresStore(url: $0, keepsTasks: true) },
        ] {
            let error = #expect(throws: ORMError.self) { try make("postgres://ada:hunter2?@h/x?" + query) }
            #expect(error?.code == .invalidQuery)
            #expect(error?.message.contains(words) == true, "\(String(describing: error))")
            #expect(error?.message.contains("hunter2") == false)
        }
    }
}
