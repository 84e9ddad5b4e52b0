import Foundation
import MartletTasks
import MartletTestStores
import MartletTesting
import Testing

@testable import MartletPostgres

/// Several processes on the queue of one SQLite file or one PostgreSQL database.
@Suite(.timeLimit(.minutes(3))) struct BrokerProcessTests {
    private static func withFolder(_ body: (URL) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "martlet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        try await body(directory)
    }

    private func share(_ place: StorePlace, effectsIn directory: URL) async throws {
        try await exerciseBroker(try place.broker(), processes: 3) { process in
            let effects = directory.appending(path: "effects-\(process)").path
            let worker = try await WorkerProcess(database: place.text, effects: effects, concurrency: 0)
            #expect(await worker.waitForExit() == 0)
            return try String(contentsOfFile: effects, encoding: .utf8).split(separator: "\n").map(String.init)
        }
    }

    @Test func processesShareTheMessagesOfAFile() async throws {
        try await Self.withFolder { directory in
            try await share(StorePlace(directory.appending(path: "tasks.sqlite").path), effectsIn: directory)
        }
    }

    @Test(.postgres) func processesShareTheMessagesOfADatabase() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        try await Self.withFolder { directory in try await share(StorePlace(url), effectsIn: directory) }
    }

    /// The beat, which makes up for lost notifications, does not come here: who waits sees what it is told of, or nothing.
    @Test(.postgres) func resultOfAnotherProcessIsSeenWithoutPolling() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        let store = try TaskStore.at(url, options: PostgresOptions(), beat: .seconds(86_400))
        let results = try PostgresResultBackend(url: url)
        let client = TaskClient(broker: try PostgresBroker(url: url), results: results)
        let (waiting, begins) = AsyncStream<Void>.makeStream()
        store.resultWakes.onWait { begins.yield() }
        try await Self.withFolder { directory in
            let worker = try await WorkerProcess(
                database: url + "&application_name=worker", effects: directory.appending(path: "effects").path)
            var waits = waiting.makeAsyncIterator()
            var delays: [Double] = []
            for number in 0..<15 {
                async let result = results.wait(for: "clock\(number)")
                await waits.next()
                _ = try await client.enqueue(Signature<Double>(task: "clock"), taskID: "clock\(number)")
                let ran = try #require(try await result.value.doubleValue)
                delays.append(Date().timeIntervalSince1970 - ran)
            }
            worker.send(SIGTERM)
            #expect(await worker.waitForExit() == 0)
            let median = delays.sorted()[7]
            print("result of another process on PostgreSQL: median \((median * 10_000).rounded() / 10) ms")
            #expect(median < 0.2, "alone on a machine it is under 50 ms")
        }
    }
}
