import Foundation
import MartletSQLite
import MartletTasks
import Testing

/// Tasks that others take the place of, where the exchange is one transaction.
@Suite(.timeLimit(.minutes(1))) struct ReplacedTaskTests {
    private static func add(_ x: Int, _ y: Int) -> Signature<Int> { Signature(task: "add", arguments: [x, y]) }
    private static func add(_ y: Int) -> PartialSignature<Int, Int> { PartialSignature(task: "add", arguments: [y]) }
    private static let sum = PartialSignature<[Int], Int>(task: "sum")

    @Test func chainAndChordTakeThePlaceOfATask() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "replaced-\(UUID()).sqlite").path
        defer { for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) } }
        let client = TaskClient(broker: try SQLiteBroker(path: path), results: try SQLiteResultBackend(path: path))
        var registry = TaskRegistry()
        registry.register("whole") { (context: TaskContext, checkpoints: Bool) -> Int in
            if checkpoints { try await context.checkpoint("far", every: .zero) }
            let parts = chord([Self.add(1, 2), Self.add(3, 4)], Self.sum)
            return try context.replace(with: parts | Self.add(5))
        }
        registry.register("add") { (x: Int, y: Int) in x + y }
        registry.register("sum") { (numbers: [Int]) in numbers.reduce(0, +) }
        let worker = Worker(registry: registry, client: client)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            for checkpoints in [false, true] {
                let whole = Signature<Int>(task: "whole", arguments: [checkpoints])
                #expect(try await client.enqueue(whole | Self.add(10)).value() == 25)
                #expect(try await client.enqueue(chord([whole, whole], Self.sum)).value() == 30)
            }
            worker.stop()
            try await group.waitForAll()
        }
        #expect(try await client.broker.depth(of: "celery").total == 0)
    }
}
