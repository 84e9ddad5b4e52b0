import Configuration
import Logging
import MartletORM
import MartletServices
import MartletTasks
import MartletTesting
import Testing

@testable import MartletApp

@Suite struct ServiceHostTests {
    private func withHost(
        _ modules: [any ServiceModule.Type], isServing: Bool = true, environment: [String: String] = [:],
        logger: Logger = Logger(label: "test"),
        _ body: (ServiceHost) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let settings = try await ApplicationSettings.load(environment: environment, workingDirectory: folder)
            let host = try ServiceHost(modules, isServing: isServing, settings: settings, logger: logger)
            try await body(host)
        }
    }

    @Test func `services of one process call each other whatever the order they load in`() async throws {
        try await withHost([PingModule.self, PongModule.self]) { host in
            let early = try host.client(of: PongContract.self)
            let error = await #expect(throws: ServiceError.self) { try await early.pong() }
            #expect(error?.code == .unavailable)
            try await host.load()
            let both = try await host.client(of: PingContract.self).ping()
            #expect(both == "ping pong")
            let late = try await early.pong()
            #expect(late == "pong")
        }
    }

    @Test func `a neighbour that is nowhere fails when called, not at the start`() async throws {
        try await withHost([PingModule.self]) { host in
            try await host.load()
            let error = await #expect(throws: ServiceError.self) { try await host.client(of: PongContract.self).pong() }
            #expect(error?.code == .unreachable)
            #expect(error?.message.contains("PONG_URL is not set") == true)
        }
    }

    @Test func `a URL leads elsewhere, unless the service is served here`() async throws {
        let environment = ["PONG_URL": "http://127.0.0.1:1"]
        try await withHost([PongModule.self], isServing: false, environment: environment) { host in
            try await host.load()
            let error = await #expect(throws: ServiceError.self) { try await host.client(of: PongContract.self).pong() }
            #expect(error?.message.contains("correct the setting PONG_URL") == true)
        }
        try await withHost([PongModule.self], isServing: true, environment: environment) { host in
            try await host.load()
            let answer = try await host.client(of: PongContract.self).pong()
            #expect(answer == "pong")
        }
    }

    @Test func `a module that throws is named`() async throws {
        try await withHost([BrokenModule.self]) { host in
            let error = await #expect(throws: ServiceError.self) { try await host.load() }
            #expect(error?.message.hasPrefix("The service 'broken' cannot start: ") == true)
        }
    }

    @Test func `background members and tasks of all modules are known to the worker`() async throws {
        try await withHost([PingModule.self, PongModule.self]) { host in
            try await host.load()
            let registry = host.taskRegistry()
            try registry.validate()
            #expect(registry.names.filter { !$0.hasPrefix("celery.") } == ["ping.later", "pong.byHand"])
            #expect(registry["ping.later"]?.options.queue == "slow")
        }
    }

    @Test func `tasks are watched for N+1 queries, and their results stay the same`() async throws {
        let log = CapturedLog()
        let environment = ["MARTLET_N_PLUS_ONE": "3"]
        try await withHost([PingModule.self, PongModule.self], environment: environment, logger: log.logger) { host in
            try await host.load()
            let bench = TaskBench(host.taskRegistry())
            for times in [3, 2, 3] {
                let result = try await bench.client.enqueue(PingBackground.later(times: times))
                try await bench.runUntilIdle()
                #expect(try await result.value() == times)
            }
        }
        #expect(log.lines.count == 1)
        #expect(log.lines.first?.contains("N+1 calls to another service") == true)
        #expect(log.lines.first?.contains("pong.pong (GET /pong)") == true)
    }

    @Test func `pending migrations make the process not ready`() async throws {
        try await withHost([PongModule.self]) { host in
            try await host.load()
            #expect(
                await host.health.report().components.first { $0.name == "pong.migrations" }?.failure?.contains(
                    "001-pongs") == true)
            let database = try host.database(of: "pong")
            try await Migrator(host.migrations(of: PongModule.self)).migrate(database)
            #expect(await host.health.report().isReady)
        }
    }
}

@Service("ping") protocol Ping: Sendable {
    @GET("/ping") func ping() async throws -> String
    @Background(queue: "slow") func later(times: Int) async throws -> Int
}

@Service("pong") protocol Pong: Sendable {
    @GET("/pong") func pong() async throws -> String
}

private struct PingModule: ServiceModule, Ping {
    static let name = "ping"
    let other: any Pong

    init(_ environment: ServiceEnvironment) async throws { other = try environment.service(PongContract.self) }
    func register(in registration: inout ServiceRegistration) { registration.contract(PingContract.self, self) }
    func ping() async throws -> String { "ping " + (try await other.pong()) }
    func later(times: Int) async throws -> Int {
        for _ in 0..<times { _ = try await other.pong() }
        return times
    }
}

private struct PongModule: ServiceModule, Pong {
    static let name = "pong"
    static let migrations = [Migration("001-pongs", sql: ["CREATE TABLE pongs (id INTEGER PRIMARY KEY)"])]

    init(_ environment: ServiceEnvironment) async throws {}
    func register(in registration: inout ServiceRegistration) {
        registration.contract(PongContract.self, self)
        registration.tasks { $0.register("pong.byHand") { (x: Int) in x } }
    }
    func pong() async throws -> String { "pong" }
}

private struct BrokenModule: ServiceModule {
    static let name = "broken"
    struct NoLicence: Error {}
    init(_ environment: ServiceEnvironment) async throws { throw NoLicence() }
    func register(in registration: inout ServiceRegistration) {}
}
