import AsyncHTTPClient
import Foundation
import MartletORM
import MartletPostgres
import MartletServices
import MartletTesting
import NIOCore
import NIOHTTP1
import Testing

@testable import MartletApp

extension Trait where Self == ConditionTrait {
    /// Runs a test where PostgreSQL is installed, and in CI.
    static var postgres: Self {
        .enabled(if: PostgresServer.isExpected, "PostgreSQL is not installed: apt-get install postgresql")
    }
}

/// The test application's commands with `DATABASE_URL`.
@Suite(.serialized, .postgres, .timeLimit(.minutes(3))) struct PostgresUpTests {
    private func call(_ path: String, at gateway: String) async throws -> Int {
        let request = ContractRequest(Endpoint("counter", path, .post, PathTemplate("/" + path)))
        return try await HTTPTransport(service: "counter", url: "\(gateway)/counter").call(request, [])
    }

    private func names(_ query: SQL, in url: String) async throws -> [String] {
        let database = try PostgresDatabase.open(url)
        let names: [String] = try await database.rows(query).map { try $0.value("name") }
        try await database.close()
        return names
    }

    private static let schemas: SQL = """
        SELECT DISTINCT schemaname::text AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', \
        'information_schema') ORDER BY 1
        """

    /// Calls a service that enqueues in its transaction, and waits until the worker has run the task.
    private func addInBackground(_ environment: [String: String]) async throws {
        try await withTemporaryFolder { folder in
            let up = try TestProcess(
                ["up"], in: folder, environment: environment.merging(["LOG_FORMAT": "logfmt"]) { $1 })
            try await up.line(with: "counter: applied")
            try await up.line(with: "all 4 processes are ready")
            let gateway = try #require(try up.file().gateway)
            #expect(try await call("add-in-background/5", at: gateway) == 5)
            let line = try await up.line(with: "task succeeded")
            #expect(line.contains("task=counter.addLater"))
            #expect(try await call("add/0", at: gateway) == 5)
            up.child.terminate()
            #expect(await up.exitStatus() == .code(0))
        }
    }

    @Test func `everything runs in one database, each service in its schema`() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        try await addInBackground(["DATABASE_URL": url])
        #expect(try await names(Self.schemas, in: url) == ["counter", "martlet"])
    }

    @Test func `a service moves to a database of its own`() async throws {
        let server = try await PostgresServer.shared()
        let (main, own) = (try await server.newDatabase(), try await server.newDatabase())
        try await addInBackground(["DATABASE_URL": main, "COUNTER_DATABASE_URL": own])
        #expect(try await names(Self.schemas, in: main) == ["martlet"])
        #expect(try await names(Self.schemas, in: own) == ["counter", "counter_outbox"])
    }

    @Test func `a service moves away from SQLite alone`() async throws {
        let own = try await PostgresServer.shared().newDatabase()
        try await addInBackground(["COUNTER_DATABASE_URL": own])
        #expect(try await names(Self.schemas, in: own) == ["counter", "counter_outbox"])
    }

    @Test func `a database of the same name in the configuration file reaches the processes of up`() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        try await withTemporaryFolder { folder in
            let file = folder + "/settings.json"
            try #"{"database": {"url": "\#(url)"}}"#.write(toFile: file, atomically: true, encoding: .utf8)
            try await addInBackground(["MARTLET_CONFIG": file])
        }
        #expect(try await names(Self.schemas, in: url) == ["counter", "martlet"])
    }

    @Test func `migrate plans, applies once, and readiness tells what is missing`() async throws {
        let environment = ["DATABASE_URL": try await PostgresServer.shared().newDatabase(), "LOG_FORMAT": "logfmt"]
        try await withTemporaryFolder { folder in
            let plan = try TestProcess(["migrate", "--plan"], in: folder, environment: environment)
            try await plan.line(with: "-- counter: 001-total")
            #expect(await plan.exitStatus() == .code(0))
            let serve = try TestProcess(["serve", "counter", "--port", "0"], in: folder, environment: environment)
            let line = try await serve.line(with: "msg=listening")
            let url = String(try #require(line.firstMatch(of: /url=(\S+)/)?.output.1))
            #expect(try await readiness(url).contains("001-total"))
            let migrate = try TestProcess(["migrate"], in: folder, environment: environment)
            try await migrate.line(with: "counter: applied 001-total")
            #expect(await migrate.exitStatus() == .code(0))
            #expect(try await !readiness(url).contains("failure"))
            let again = try TestProcess(["migrate"], in: folder, environment: environment)
            try await again.line(with: "counter: up to date")
            serve.child.terminate()
            #expect(await serve.exitStatus() == .code(0))
        }
    }

    @Test func `readiness turns red while the server is away`() async throws {
        let server = try await PostgresServer.start()
        let environment = ["DATABASE_URL": try await server.newDatabase(), "LOG_FORMAT": "logfmt"]
        try await withTemporaryFolder { folder in
            let arguments = ["serve", "counter", "--port", "0", "--migrate"]
            let serve = try TestProcess(arguments, in: folder, environment: environment)
            let line = try await serve.line(with: "msg=listening")
            let url = String(try #require(line.firstMatch(of: /url=(\S+)/)?.output.1))
            #expect(try await readiness(url, status: 200) == "")
            try await server.stop()
            #expect(try await readiness(url, status: 503).contains("PostgreSQL"))
            try await server.restart()
            #expect(try await readiness(url, status: 200) == "")
            serve.child.terminate()
            #expect(await serve.exitStatus() == .code(0))
        }
        try await server.end()
    }

    /// The body of `/readyz` when it is red, else nothing.
    private func readiness(_ url: String, status: UInt? = nil) async throws -> String {
        let response = try await ServiceHTTPClient.shared.execute(
            HTTPClientRequest(url: url + "/readyz"), timeout: .seconds(10))
        if let status { #expect(response.status.code == status) }
        let body = String(buffer: try await response.body.collect(upTo: 65536))
        return response.status.code == 200 ? "" : body
    }
}
