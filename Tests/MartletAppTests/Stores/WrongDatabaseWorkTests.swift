import Foundation
import MartletORM
import MartletPostgres
import MartletTesting
import Testing

@testable import MartletApp

/// What is said of a `DATABASE_URL` that is wrong, by which exit code, and never with the password.
@Suite(.serialized, .timeLimit(.minutes(3))) struct WrongDatabaseWorkTests {
    private static let password = "hunter2"
    private static let commands = [["serve", "--port", "0"], ["work"], ["migrate"], ["up"]]

    private func refuse(
        _ url: String, setting: String = "DATABASE_URL", with words: String, code: Int32,
        commands: [[String]] = commands
    ) async throws {
        try await withTemporaryFolder { folder in
            for command in commands {
                let process = try TestProcess(command, in: folder, environment: [setting: url])
                var said: [String] = []
                for await line in process.lines { said.append(line) }
                let text = said.joined(separator: "\n")
                #expect(await process.exitStatus() == .code(code), "\(command): \(text)")
                #expect(text.contains(words), "\(command)")
                #expect(!text.contains(Self.password), "\(command)")
            }
        }
    }

    @Test(arguments: ["DATABASE_URL", "COUNTER_DATABASE_URL"])
    func `an unknown scheme is told, with the known ones`(_ setting: String) async throws {
        try await refuse(
            "mysql://ada:\(Self.password)@db/x", setting: setting,
            with:
                "\(setting) begins with mysql://, but this application runs on postgres://user:password@host/database",
            code: 78)
    }

    @Test(arguments: ["db.example.org/\(password)", "postgres:\(password)", "/tmp/x.sqlite"])
    func `what is no URL is told`(_ url: String) async throws {
        try await refuse(url, with: "DATABASE_URL is no URL", code: 78, commands: [["work"]])
    }

    @Test func `a malformed URL is told`() async throws {
        try await refuse(
            "postgres://ada:\(Self.password)@db/x?nope=1",
            with: #"DATABASE_URL: The connection string is malformed: invalid URI query parameter: "nope""#, code: 78)
        try await refuse(
            "postgres://ada:\(Self.password)@db/x?pool_size=many",
            with: "DATABASE_URL: pool_size in the connection string is 'many'; give a number of connections", code: 78,
            commands: [["work"]])
        try await refuse(
            "postgres://ada:\(Self.password)/x@db/x", with: "must be written %2F", code: 78, commands: [["work"]])
    }

    @Test func `a server that is not there is told`() async throws {
        try await refuse(
            "postgres://ada:\(Self.password)@127.0.0.1:1/x", with: "PostgreSQL cannot be reached", code: 69)
    }

    @Test(.postgres) func `a wrong password, user or database is told`() async throws {
        let server = try await PostgresServer.start()
        let url = try await server.newDatabase()
        let database = try PostgresDatabase.open(url)
        let rules = ["local all all trust", "host all all 127.0.0.1/32 scram-sha-256"]
        try await database.execute("CREATE ROLE ada LOGIN PASSWORD 'right'")
        try await database.execute(
            SQL(raw: "COPY (SELECT unnest(ARRAY['\(rules[0])', '\(rules[1])'])) TO '\(server.folder)/data/pg_hba.conf'")
        )
        _ = try await database.rows("SELECT pg_reload_conf()")
        let address = server.tcpURL(url, sslMode: "disable")
        let wrong = address.replacing("martlet@", with: "ada:\(Self.password)@")
        try await refuse(wrong, with: "password authentication failed for user \"ada\"", code: 78)
        try await refuse(
            address.replacing("martlet@", with: "ada@"), with: "no password supplied", code: 78, commands: [["work"]])
        let absent = url.replacing("postgres:///", with: "postgres:///absent_")
        try await refuse(absent, with: "does not exist", code: 78, commands: [["work"]])
        try await database.close()
        try await server.end()
    }

    @Test func `an application without stores says how to get one`() async throws {
        try await withTemporaryFolder { folder in
            let settings = try await ApplicationSettings.load(
                environment: ["DATABASE_URL": "postgres://ada:\(Self.password)@h/x"], workingDirectory: folder)
            let error = #expect(throws: (any Error).self) {
                try ApplicationStores([], services: ["counter"], settings: settings)
            }
            let text = "\(String(describing: error))"
            #expect(text.contains("add the store of another database to its `stores`"))
            #expect(!text.contains(Self.password))
        }
    }
}
