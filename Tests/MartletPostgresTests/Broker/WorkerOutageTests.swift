import Logging
import MartletPostgres
import MartletTasks
import MartletTesting
import Testing

/// A worker whose PostgreSQL server goes away and comes back.
@Suite(.postgres, .timeLimit(.minutes(2))) struct WorkerOutageTests {
    @Test func workerGoesOnWhenItsServerIsBack() async throws {
        let server = try await PostgresServer.start()
        let url = try await server.newDatabase()
        let (started, held) = AsyncStream<Void>.makeStream()
        let (released, release) = AsyncStream<Void>.makeStream()
        var registry = TaskRegistry()
        registry.register("double") { (x: Int) in 2 * x }
        registry.register("hold") { () -> String in
            held.yield()
            for await _ in released { break }
            return "held"
        }
        // The client's connections are its own, as in another process.
        let client = try Self.client(url + "&application_name=client")
        let log = LogRecorder()
        let worker = Worker(registry: registry, client: try Self.client(url), logger: log.logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            #expect(try await client.enqueue(Signature<Int>(task: "double", arguments: [1])).value() == 2)
            let holding = try await client.enqueue(Signature<String>(task: "hold"))
            for await _ in started { break }
            try await server.stop()
            await log.next("receiving failed")
            await #expect(throws: TaskError.self) {
                try await client.enqueue(Signature<Int>(task: "double", arguments: [2]))
            }
            try await server.restart()
            // What ran all the time is reported to the server that is there again.
            release.yield()
            #expect(try await holding.value(timeout: .seconds(60)) == "held")
            let later = try await client.enqueue(Signature<Int>(task: "double", arguments: [3]))
            #expect(try await later.value(timeout: .seconds(60)) == 6)
            group.cancelAll()
            try? await group.waitForAll()
        }
        #expect(try await client.broker.depth(of: "celery").total == 0)
        try await server.end()
    }

    private static func client(_ url: String) throws -> TaskClient {
        TaskClient(broker: try PostgresBroker(url: url), results: try PostgresResultBackend(url: url))
    }
}
