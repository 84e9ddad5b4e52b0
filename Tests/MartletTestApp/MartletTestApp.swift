import Foundation
import Logging
import MartletApp
import MartletORM
import MartletPostgres
import MartletServices
import MartletTasks

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A small application of two services, for the tests that need real processes.
@main struct MartletTestApp: MartletApplication {
    static let name = "test-app"
    static let services: [any ServiceModule.Type] = [CounterModule.self, ShopModule.self]
    static let stores: [any ServerStore.Type] = [PostgresStore.self]
    static let middleware: [any TaskMiddleware] = [SenderMiddleware()]
    static let acceptContent: [SerializerName] = [.json, .msgpack]
    static var taskOptions: TaskClient.Options {
        var options = TaskClient.Options()
        options.serializer = .msgpack
        return options
    }
}

/// Writes into each message which process has sent it, and into the log when it is run.
struct SenderMiddleware: TaskMiddleware {
    func publish(
        _ messages: [TaskMessage], next: ([TaskMessage]) async throws -> PublishedMessages
    ) async throws -> PublishedMessages {
        try await next(
            messages.map { message in
                var message = message
                message.headers.custom["sender"] = "test-app"
                return message
            })
    }

    func run(_ context: TaskContext, next: () async throws -> JSONValue) async throws -> JSONValue {
        if let sender = context.message.headers.custom["sender"]?.stringValue {
            context.logger.info("sent by \(sender) as \(context.message.properties.contentType)")
        }
        return try await next()
    }
}

@Service("counter")
protocol Counter: Sendable {
    @POST("/add/{amount}") func add(amount: Int) async throws -> Int
    @POST("/crash") func crash() async throws
    @POST("/add-in-background/{amount}") func addInBackground(amount: Int) async throws -> Int
    @Background func addLater(amount: Int) async throws -> Int
}

@Service("shop")
protocol Shop: Sendable {
    @POST("/sell") func sell() async throws -> Int
}

struct CounterModule: ServiceModule {
    static let name = "counter"
    static let migrations = [
        Migration("001-total", sql: ["CREATE TABLE total (amount INTEGER NOT NULL)", "INSERT INTO total VALUES (0)"])
    ]
    private let service: CounterService

    init(_ environment: ServiceEnvironment) async throws {
        guard environment.setting("broken") == nil else {
            throw ServiceError(.misconfigured, "COUNTER_BROKEN is set.")
        }
        service = CounterService(database: try await environment.database())
    }

    func register(in registration: inout ServiceRegistration) {
        registration.contract(CounterContract.self, service)
        registration.tasks { registry in
            registry.register("counter.hold") { (context: TaskContext, seconds: Double) in
                context.logger.info("holding")
                try await Task.sleep(for: .seconds(seconds))
            }
            registry.register("counter.send-pid") { (context: TaskContext) in
                _ = try await context.client.send("counter.pid")
            }
            registry.register("counter.pid") { Int(getpid()) }
            // Leaves a process behind that soon ends.
            registry.register("counter.orphan") {
                let shell = Process()
                shell.executableURL = URL(fileURLWithPath: "/bin/sh")
                shell.arguments = ["-c", "sleep 0.1 </dev/null >/dev/null 2>&1 &"]
                try shell.run()
                shell.waitUntilExit()
            }
            // Takes no notice of being cancelled.
            registry.register("counter.stubborn") { (context: TaskContext) in
                context.logger.info("holding")
                while true { await Task { try? await Task.sleep(for: .seconds(1)) }.value }
            }
        }
    }
}

struct CounterService: Counter {
    let database: Database

    func add(amount: Int) async throws -> Int {
        try await database.transaction { tx in
            try await tx.execute("UPDATE total SET amount = amount + \(amount)")
            return try await tx.rows("SELECT amount FROM total")[0].value("amount")
        }
    }

    func crash() async throws {
        kill(getpid(), SIGKILL)
    }

    func addInBackground(amount: Int) async throws -> Int {
        try await database.transaction { tx in
            try await tx.enqueue(CounterBackground.addLater(amount: amount))
        }
        return amount
    }

    func addLater(amount: Int) async throws -> Int { try await add(amount: amount) }
}

struct ShopModule: ServiceModule {
    static let name = "shop"
    private let service: ShopService
    private let hasDuplicate: Bool

    init(_ environment: ServiceEnvironment) async throws {
        hasDuplicate = environment.setting("duplicate") != nil
        service = ShopService(counter: try environment.service(CounterContract.self))
    }

    func register(in registration: inout ServiceRegistration) {
        registration.contract(ShopContract.self, service)
        if hasDuplicate { registration.tasks { $0.register("counter.hold") {} } }
    }
}

struct ShopService: Shop {
    let counter: any Counter

    func sell() async throws -> Int { try await counter.add(amount: 1) }
}
