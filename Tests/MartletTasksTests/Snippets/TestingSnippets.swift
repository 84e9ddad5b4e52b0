import MartletTasks
import MartletTesting
import Testing

// The code of the article "Testing tasks": Scripts/checks/snippets.sh compares each region with the block of its name.

// snippet: tasks
@Tasks("shop")
struct ShopTasks {
    @Task(retry: .fixed(max: 3, delay: .seconds(60)))
    func charge(order: Int, context: TaskContext) async throws -> String {
        guard context.retries > 0 else { throw CardDeclined() }
        try await context.client.enqueue(ShopTasks.receipt(order: order), countdown: .seconds(300))
        return "paid"
    }

    @Task(queue: "mail") func receipt(order: Int) {}
}
// snippet.end

struct CardDeclined: Error {}

@Suite(.timeLimit(.minutes(1))) struct TestingSnippets {
    // snippet: bench
    @Test func declinedCardIsTriedAgainAfterAMinute() async throws {
        let bench = TaskBench(ShopTasks())
        let paid = try await bench.client.enqueue(ShopTasks.charge(order: 7))
        try await bench.runUntilIdle()
        #expect(try await paid.state() == .retry)
        try await bench.advance(by: .seconds(60))
        #expect(try await paid.value() == "paid")
        try bench.expectEnqueued(ShopTasks.receipt(order: 7), on: "mail", in: .seconds(300))
        try bench.refuteEnqueued(ShopTasks.receipt(order: 8))
    }
    // snippet.end

    private var registry: TaskRegistry {
        var registry = TaskRegistry()
        registry.register(ShopTasks())
        return registry
    }

    @Test func brokerThatLosesAnAnswer() async throws {
        // snippet: faults
        let bench = TaskBench(registry, faults: [.loseReply(of: .publish, on: 1), .fail(.settle, on: 1)], seed: 42)
        try await bench.client.enqueue(ShopTasks.receipt(order: 7))
        try await bench.advance(by: .seconds(60))
        #expect(try await bench.client.queue("mail").depth().total == 0)
        // snippet.end
    }

    @Test func workerThatIsKilled() async throws {
        // snippet: crash
        let bench = TaskBench(registry, workers: 2, seed: 42)
        let receipt = try await bench.client.enqueue(ShopTasks.receipt(order: 7))
        try bench.crash(0, afterSteps: 10)
        try await bench.advance(by: .seconds(60))
        #expect(try await receipt.state() == .success)
        #expect(bench.trace.lines(of: receipt.id).count { $0.event == .acknowledged } == 1)
        // snippet.end
    }

    @Test func sameSeedGivesTheSameTrace() async throws {
        // snippet: trace
        func trace(seed: UInt64) async throws -> TaskTrace {
            let bench = TaskBench(registry, workers: 2, faults: [.failAtRandom(.settle, probability: 0.5)], seed: seed)
            for order in 1...5 { try await bench.client.enqueue(ShopTasks.charge(order: order)) }
            try await bench.advance(by: .seconds(3600))
            return bench.trace
        }
        #expect(try await trace(seed: 1) == trace(seed: 1))
        // snippet.end
        #expect(try await trace(seed: 1) != trace(seed: 2))
    }

    @Test func eagerClient() async throws {
        // snippet: eager
        let tasks = TaskClient.eager(registry, results: MemoryResultBackend())
        let paid = try await tasks.enqueue(ShopTasks.charge(order: 7))
        #expect(try await paid.state() == .success)
        // snippet.end
    }
}
