import MartletPostgres
import MartletTasks
import MartletTesting
import Testing

@Suite(.postgres, .timeLimit(.minutes(4))) struct PostgresBrokerTests {
    @Test func keepsThePromisesOfABroker() async throws {
        let server = try await PostgresServer.shared()
        let urls = URLs()
        let results: @Sendable (PostgresBroker, TimeSource) async throws -> any ResultBackend = { _, time in
            try PostgresResultBackend(url: await urls.last, time: time)
        }
        try await exerciseBroker(results: results) { time in
            try PostgresBroker(url: await urls.keep(try await server.newDatabase()), time: time)
        }
    }

    @Test func keepsThePromisesOfAResultBackend() async throws {
        let server = try await PostgresServer.shared()
        try await exerciseResultBackend { time in
            try PostgresResultBackend(url: try await server.newDatabase(), time: time)
        }
    }
}

/// The URL that was given out last.
private actor URLs {
    private(set) var last = ""

    func keep(_ url: String) -> String {
        last = url
        return url
    }
}
