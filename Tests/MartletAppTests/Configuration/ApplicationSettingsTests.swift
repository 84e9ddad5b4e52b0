import Foundation
import Logging
import MartletORM
import MartletServices
import MetricsTestKit
import Testing

@testable import MartletApp

@Suite struct ApplicationSettingsTests {
    private func settings(
        _ environment: [String: String], file: String? = nil, at name: String = "martlet.json", in folder: String
    ) async throws -> ApplicationSettings {
        if let file { try file.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8) }
        return try await ApplicationSettings.load(environment: environment, workingDirectory: folder)
    }

    @Test func `the environment goes before the file, and the file before defaults`() async throws {
        try await withTemporaryFolder { folder in
            let file = #"{"billing": {"port": 8081, "url": "http://file"}, "martlet": {"data": "from-file"}}"#
            let settings = try await settings(["BILLING_PORT": "9000"], file: file, in: folder)
            #expect(try settings.port(of: "billing") == 9000)
            #expect(settings.url(of: "billing") == "http://file")
            #expect(settings.dataDirectory.hasSuffix("/from-file"))
            #expect(try settings.port(of: "projects") == nil)
            #expect(settings.host(of: "projects") == "127.0.0.1")
        }
    }

    @Test func `N+1 queries are watched in development`() async throws {
        try await withTemporaryFolder { folder in
            let logger = Logger(label: "test")
            let on = [
                [:], ["MARTLET_ENVIRONMENT": "development"], ["MARTLET_N_PLUS_ONE": "3"],
                ["MARTLET_ENVIRONMENT": "production", "MARTLET_N_PLUS_ONE": "2"],
            ]
            for environment in on {
                #expect(try await settings(environment, in: folder).nPlusOneGuard(logger) != nil)
            }
            for environment in [["MARTLET_ENVIRONMENT": "production"], ["MARTLET_N_PLUS_ONE": "off"]] {
                #expect(try await settings(environment, in: folder).nPlusOneGuard(logger) == nil)
            }
            for (name, text) in [("N_PLUS_ONE", "1"), ("N_PLUS_ONE", "on"), ("ENVIRONMENT", "staging")] {
                let settings = try await settings(["MARTLET_\(name)": text], in: folder)
                let error = #expect(throws: ServiceError.self) { try settings.nPlusOneGuard(logger) }
                #expect(error?.code == .misconfigured)
                #expect(error?.message.hasPrefix("MARTLET_\(name) is '\(text)', which is neither ") == true)
            }
        }
    }

    @Test func `what is found is counted in metrics, logged or not`() async throws {
        try await withTemporaryFolder { folder in
            let metrics = TestMetrics()
            let settings = try await settings(["MARTLET_N_PLUS_ONE": "2"], in: folder)
            let queries = try #require(try settings.nPlusOneGuard(CapturedLog().logger, metrics: metrics))
            for _ in 1...3 {
                await queries.watch {
                    for _ in 1...2 { await QueryRecorder.watchCall(to: "pong.pong (GET /pong)") {} }
                }
            }
            let counter = try metrics.expectCounter(
                "martlet_query_findings", [("kind", "calls"), ("at", "pong.pong (GET /pong)")])
            #expect(counter.totalValue == 3)
        }
    }

    @Test func `a port in the file is a port`() async throws {
        try await withTemporaryFolder { folder in
            let settings = try await settings([:], file: #"{"time-entries": {"port": 8081}}"#, in: folder)
            #expect(try settings.port(of: "time-entries") == 8081)
        }
    }

    @Test func `a name with a dash is a variable with an underscore`() async throws {
        try await withTemporaryFolder { folder in
            let settings = try await settings(["TIME_ENTRIES_URL": "http://x"], in: folder)
            #expect(settings.url(of: "time-entries") == "http://x")
            #expect(ApplicationSettings.variable("time-entries", "url") == "TIME_ENTRIES_URL")
        }
    }

    @Test(arguments: ["abc", "80.5", "-1", "65536", "99999999999999999999"])
    func `a wrong port is said with its variable`(_ text: String) async throws {
        try await withTemporaryFolder { folder in
            let settings = try await settings(["BILLING_PORT": text], in: folder)
            let error = #expect(throws: ServiceError.self) { try settings.port(of: "billing") }
            #expect(error?.code == .misconfigured)
            #expect(error?.message.hasPrefix("BILLING_PORT is '\(text)', which is not a") == true)
        }
    }

    @Test func `MARTLET_CONFIG names another file`() async throws {
        try await withTemporaryFolder { folder in
            let settings = try await settings(
                ["MARTLET_CONFIG": "other.json"], file: #"{"gateway": {"port": 1}}"#, at: "other.json", in: folder)
            #expect(try settings.port(of: "gateway") == 1)
        }
    }

    @Test(arguments: ["", "{", "[1]", "text"])
    func `a file that is no JSON object is said with its path`(_ text: String) async throws {
        try await withTemporaryFolder { folder in
            let error = await #expect(throws: ServiceError.self) { try await settings([:], file: text, in: folder) }
            #expect(error?.code == .misconfigured)
            #expect(error?.message.contains("\(folder)/martlet.json, in the working directory, cannot be read") == true)
        }
    }

    @Test func `a named file that is missing is an error, the default one is not`() async throws {
        try await withTemporaryFolder { folder in
            _ = try await settings([:], in: folder)
            let error = await #expect(throws: ServiceError.self) {
                try await settings(["MARTLET_CONFIG": "/nowhere/x.json"], in: folder)
            }
            #expect(error?.message.contains("/nowhere/x.json, which MARTLET_CONFIG names") == true)
        }
    }

    @Test func `a data folder that cannot be made is said`() async throws {
        try await withTemporaryFolder { folder in
            try "file".write(toFile: folder + "/data", atomically: true, encoding: .utf8)
            let settings = try await settings(["MARTLET_DATA": "data/inside"], in: folder)
            let error = #expect(throws: ServiceError.self) { try settings.makeDataDirectory() }
            #expect(error?.message.contains("\(folder)/data/inside") == true)
            #expect(error?.message.contains("MARTLET_DATA") == true)
        }
    }
}
