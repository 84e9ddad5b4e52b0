import Foundation
import MartletTasks
import MartletTesting
import Synchronization
import Testing

/// Long tasks that go on from where they were.
@Suite(.timeLimit(.minutes(1))) struct CheckpointTests {
    /// What has been done, in order.
    private final class Steps: Sendable {
        private let state = Mutex<[Int]>([])
        var all: [Int] { state.withLock(\.self) }
        /// Notes a step; returns whether it is the first of its number.
        @discardableResult
        func add(_ number: Int) -> Bool {
            state.withLock { steps in
                steps.append(number)
                return steps.count { $0 == number } == 1
            }
        }
    }

    let bench = Bench(wrap: { ScriptedBroker($0) })
    private let call = Signature<Void>(task: "copy")
    private let steps = Steps()

    private var broker: ScriptedBroker {
        get throws { try #require(bench.client.broker as? ScriptedBroker) }
    }

    /// A task of the steps 1 to 6.
    private func registry(_ step: @escaping @Sendable (Int) async throws -> Void) -> TaskRegistry {
        var registry = TaskRegistry()
        registry.register("copy", options: TaskOptions(retry: .fixed(max: 1, delay: .zero))) { (context: TaskContext) in
            try await context.iterate(from: 1) { number in
                try await step(number)
                return number < 6 ? number + 1 : nil
            }
        }
        return registry
    }

    @Test func stoppedTaskGoesOnAtAnotherWorker() async throws {
        let gate = Gate()
        let steps = steps
        let registry = registry { number in
            steps.add(number)
            if number == 3 { await gate.pass() }
        }
        let result = try await bench.client.enqueue(call)
        let first = try await bench.run(registry) { (worker: Worker) async throws -> Worker in
            await gate.waitForArrival()
            worker.stop()
            gate.open()
            return worker
        }
        #expect(steps.all == [1, 2, 3])
        #expect(first.report == WorkerReport())
        #expect(try broker.checkpoints == [result.id: 4])
        try await bench.run(registry) { (_: Worker) async throws -> Void in try await result.value() }
        #expect(steps.all == [1, 2, 3, 4, 5, 6])
    }

    @Test func retriedTaskGoesOnWhereItFailed() async throws {
        let steps = steps
        let registry = registry { number in
            if steps.add(number), number == 5 { throw Broken() }
        }
        try await bench.run(registry) { (_: Worker) async throws -> Void in try await bench.client.enqueue(call).value()
        }
        #expect(steps.all == [1, 2, 3, 4, 5, 5, 6])
    }

    @Test func eachElementIsDoneOnceOverAFailure() async throws {
        let steps = steps
        var registry = TaskRegistry()
        let options = TaskOptions(retry: .fixed(max: 1, delay: .zero))
        registry.register("send", options: options) { (context: TaskContext, numbers: [Int]) in
            try await context.forEach(numbers) { number in
                if steps.add(number), number == 30 { throw Broken() }
            }
        }
        try await bench.run(registry) { (_: Worker) async throws -> Void in
            _ = try await bench.client.send("send", arguments: [[10, 20, 30, 40]]).value()
        }
        #expect(steps.all == [10, 20, 30, 30, 40])
    }

    @Test func checkpointOfAnotherTypeIsAnErrorThatSaysSo() async throws {
        var registry = TaskRegistry()
        registry.register("read") { (context: TaskContext) -> Int? in
            try await context.checkpoint(["page": 1])
            return try context.checkpoint(as: Int.self)
        }
        try await bench.run(registry) { (_: Worker) async throws -> Void in
            let result = try await bench.client.send("read")
            await #expect { try await result.value() } throws: { "\($0)".contains("its checkpoint is not a Int") }
        }
    }

    @Test func taskWithCheckpointsIsNotRunAgainAfterItsSuccess() async throws {
        let steps = steps
        var registry = TaskRegistry()
        registry.register("copy") { (context: TaskContext) in
            steps.add(0)
            try await context.checkpoint(1, every: .zero)
        }
        let bench = TaskBench(registry, faults: [.fail(.settle, on: 1)])
        let copied = try await bench.client.send("copy")
        try await bench.advance(by: .seconds(60))
        #expect(steps.all == [0])
        #expect(bench.trace.lines(of: copied.id).map(\.event).suffix(2) == [.received, .acknowledged])
    }
}
