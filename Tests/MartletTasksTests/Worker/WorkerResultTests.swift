import Foundation
import MartletTasks
import MartletTesting
import Testing

/// What a worker stores, for how long, and what becomes of it when that does not work.
@Suite(.timeLimit(.minutes(1))) struct WorkerResultTests {
    private let clock = VirtualClock()

    private var registry: TaskRegistry {
        var registry = TaskRegistry()
        registry.register("tasks.add") { (x: Int, y: Int) in x + y }
        registry.register("tasks.fail") { () -> Int in throw Broken() }
        registry.register("tasks.sum") { (numbers: [Int]) in numbers.reduce(0, +) }
        return registry
    }

    @Test func storingIsTriedAgain() async throws {
        var options = WorkerOptions()
        options.resultRetry = .exponential(max: nil, base: .seconds(1), cap: .seconds(10), jitter: false)
        let faults: [Fault] = [.fail(.store, on: 1), .fail(.store, on: 2)]
        let bench = TaskBench(registry, options: options, resultFaults: faults)
        let result = try await bench.client.enqueue(Fixture.add(1, 2))
        try await bench.advance(by: .seconds(2))
        #expect(try await result.state() == .pending, "the second retry comes after 1 s and 2 s")
        try await bench.advance(by: .seconds(1))
        #expect(try await result.value() == 3)
        #expect(try await bench.broker.depth(of: "celery").total == 0)
    }

    @Test func errorsHaveALifeOfTheirOwn() async throws {
        let bench = Bench(time: clock.time)
        var options = WorkerOptions()
        options.failureResultExpires = .seconds(600)
        try await bench.run(registry, options: options) { (_: Worker) async throws -> Void in
            let good = try await bench.client.enqueue(Fixture.add(1, 2))
            let bad = try await bench.client.enqueue(Signature<Int>(task: "tasks.fail") | Fixture.add(1))
            try await good.wait()
            try await bad.wait()
            #expect(try await good.stored().first?.expires == nil)
            #expect(try await bad.stored().first?.expires == clock.date.addingTimeInterval(600))
        }
    }

    @Test func disabledBackendKeepsNothing() async throws {
        let broker = MemoryBroker()
        let client = TaskClient(broker: broker, results: DisabledResultBackend())
        let worker = Worker(registry: registry, client: client)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            let result = try await client.enqueue(Fixture.add(1, 2))
            while try await broker.depth(of: "celery").total > 0 { await Task.yield() }
            #expect(try await result.state() == .pending)
            await #expect { try await result.value() } throws: {
                ($0 as? TaskError)?.code == .unsupported && "\($0)".contains("results are disabled")
            }
            worker.stop()
            try await group.waitForAll()
        }
        #expect(worker.report.done == 1)
    }

    @Test func chordWithoutResultsIsRefused() async throws {
        let broker = MemoryBroker()
        let client = TaskClient(broker: broker, results: DisabledResultBackend())
        let call = chord([Fixture.add(1, 2), Fixture.add(3, 4)], Fixture.sum())
        await #expect { try await client.enqueue(Fixture.add(1, 1) | call) } throws: {
            ($0 as? TaskError)?.code == .unsupported && "\($0)".contains("chord")
        }
        let sender = TaskClient(broker: broker, results: MemoryResultBackend())
        try await sender.enqueue(call)
        let worker = Worker(registry: registry, client: client)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            while try await broker.depth(of: "celery").total > 0 { await Task.yield() }
            worker.stop()
            try await group.waitForAll()
        }
        #expect(try await broker.deadLetters(limit: 9).count == 2, "what came from elsewhere does not come for ever")
    }
}
