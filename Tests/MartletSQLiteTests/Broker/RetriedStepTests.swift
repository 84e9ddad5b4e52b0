import Foundation
import MartletSQLite
import MartletTasks
import Synchronization
import Testing

/// What waits for a task that is sent again from the dead letters, where broker and results are one store.
@Suite(.timeLimit(.minutes(1))) struct RetriedStepTests {
    private struct Broken: Error {}

    private static func add(_ x: Int, _ y: Int) -> Signature<Int> { Signature(task: "add", arguments: [x, y]) }
    private static func add(_ y: Int) -> PartialSignature<Int, Int> { PartialSignature(task: "add", arguments: [y]) }
    private static let mended = PartialSignature<Int, Int>(task: "mended")
    private static let sum = PartialSignature<[Int], Int>(task: "sum")
    private static let end = PartialSignature<Int, Int>(task: "end")

    @Test func chainGoesOnAfterItsFailedStepWasSentAgain() async throws {
        #expect(try await value(of: Self.add(1, 2) | Self.mended | Self.end, retrying: 1) == 103)
    }

    @Test func chordGoesOnAfterItsFailedMembersWereSentAgain() async throws {
        let members = [Self.add(1, 2) | Self.mended, Self.add(3, 4), Self.add(5, 6) | Self.mended | Self.add(1)]
        #expect(try await value(of: chord(members, Self.sum) | Self.end, retrying: 2) == 222)
    }

    /// Its state is stored before it is sent, and what waits for it must be told nevertheless.
    @Test func chainEndsAtAStepThatWasRevokedBeforeItsTurn() async throws {
        let store = try TaskStore()
        defer { store.remove() }
        let ids = Mutex(0)
        let client = store.client { options in
            options.makeID = {
                ids.withLock {
                    $0 += 1
                    return "\($0)"
                }
            }
        }
        let result = try await client.enqueue(Self.add(1, 2) | Self.add(3) | Self.add(4))
        #expect(result.id == "3")
        try await client.revoke("2")
        let worker = Worker(registry: registry { _ in }, client: client)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            try await result.wait()
            worker.stop()
            try await group.waitForAll()
        }
        #expect(
            try await client.results.fetch(["1", "2", "3"]).mapValues(\.state) == [
                "1": .success, "2": .revoked, "3": .revoked,
            ])
    }

    /// The value of a signature whose tasks `mended` fail and are sent again when it has failed.
    private func value(of signature: Signature<Int>, retrying count: Int) async throws -> Int {
        let store = try TaskStore()
        defer { store.remove() }
        let client = store.client()
        let isMended = Mutex(false)
        let (ends, continuation) = AsyncStream.makeStream(of: Int.self)
        var registry = registry { continuation.yield($0) }
        registry.register("mended") { (x: Int) -> Int in
            guard isMended.withLock(\.self) else { throw Broken() }
            return x + 100
        }
        let worker = Worker(registry: registry, client: client)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            let result = try await client.enqueue(signature)
            await #expect(throws: TaskError.self) { try await result.value() }
            isMended.withLock { $0 = true }
            var sent = 0
            while sent < count {
                sent += try await client.deadLetters.retry(matching: DeadLetterFilter(task: "mended"))
                await Task.yield()
            }
            var values = ends.makeAsyncIterator()
            let last = await values.next()
            worker.stop()
            try await group.waitForAll()
            #expect(try await result.state() == .success)
            #expect(try await result.value() == last)
            #expect(try await client.broker.depth(of: "celery").total == 0)
            return try await result.value()
        }
    }

    private func registry(_ end: @escaping @Sendable (Int) -> Void) -> TaskRegistry {
        var registry = TaskRegistry()
        registry.register("add") { (x: Int, y: Int) in x + y }
        registry.register("sum") { (numbers: [Int]) in numbers.reduce(0, +) }
        registry.register("end") { (x: Int) -> Int in
            end(x)
            return x
        }
        return registry
    }
}

/// A file of tasks of its own.
private struct TaskStore {
    private let path = FileManager.default.temporaryDirectory.appending(path: "retried-\(UUID()).sqlite").path
    private let broker: SQLiteBroker
    private let results: SQLiteResultBackend

    init() throws {
        broker = try SQLiteBroker(path: path)
        results = try SQLiteResultBackend(path: path)
    }

    func client(_ change: (inout TaskClient.Options) -> Void = { _ in }) -> TaskClient {
        var options = TaskClient.Options()
        change(&options)
        return TaskClient(broker: broker, results: results, options: options)
    }

    func remove() { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
}
