import MartletTesting
import Testing

@testable import MartletTasks

/// A broker that collects reports, and answers when a test says so.
private final class SlowBroker: CollectingBroker, StatisticsBroker {
    struct Pending: Sendable {
        let report: Report
        let answer: @Sendable ((any Error)?) -> Void
    }

    let base = MemoryBroker()
    let results = MemoryResultBackend()
    /// The reports that are not answered yet.
    let pending = Mailbox<Pending>()

    func sharesStore(with results: any ResultBackend) -> Bool { results as AnyObject === self.results }

    func commit(_ report: Report) async throws {
        try await results.store(report.results)
        try await base.publish(report.messages)
        try await base.settle([report.settlement])
    }

    func commit(
        _ report: Report, answer: @escaping @Sendable ((any Error)?) -> Void, to receiver: any ReportReceiver
    ) {
        pending.put(
            Pending(report: report) { error in
                answer(error)
                receiver.answersWereGiven()
            })
    }

    /// Does what the next report says, and answers it.
    func answerNext() async throws {
        let next = await pending.take()
        try await commit(next.report)
        next.answer(nil)
    }

    func publish(_ messages: [WireMessage]) async throws { try await base.publish(messages) }
    func settle(_ settlements: [Settlement]) async throws { try await base.settle(settlements) }
    func depth(of queue: String) async throws -> QueueDepth { try await base.depth(of: queue) }
    func purge(_ queue: String) async throws -> Int { try await base.purge(queue) }
    func add(_ counts: WorkerReport) async throws {}
    func statistics() async throws -> WorkerReport { WorkerReport() }
    func receive(from queues: [String], limit: Int, lease: Duration) async throws -> [ReceivedMessage] {
        try await base.receive(from: queues, limit: limit, lease: lease)
    }
    func extendLease(of receipts: [Receipt], by lease: Duration) async throws -> [Receipt] {
        try await base.extendLease(of: receipts, by: lease)
    }
}

/// What a worker does while a broker writes the reports of what ran.
@Suite(.timeLimit(.minutes(1))) struct WorkerReportTests {
    private let broker = SlowBroker()
    private let gate = Gate()
    private let log = LogRecorder()
    private var client: TaskClient { TaskClient(broker: broker, results: broker.results) }

    private func run(prefetch: Prefetch = .none, _ body: (Worker) async throws -> Void) async throws {
        var registry = TaskRegistry()
        registry.register("t") { [gate] (number: Int) in
            gate.arrive()
            return number
        }
        let worker = Worker(
            registry: registry, client: client, options: WorkerOptions(pool: .concurrent(1), prefetch: prefetch),
            logger: log.logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await worker.run() }
            try await body(worker)
            worker.stop()
            try await group.waitForAll()
        }
    }

    private func send(_ count: Int) async throws -> [AsyncResult<Int>] {
        try await client.enqueue((0..<count).map { Signature<Int>(task: "t", arguments: [$0]) })
    }

    @Test func `the next task runs while the report of the one before is written`() async throws {
        let results = try await send(2)
        try await run(prefetch: .count(1)) { worker in
            await gate.waitForArrival()
            await gate.waitForArrival()
            #expect(worker.report.done == 0)
            try await broker.answerNext()
            try await broker.answerNext()
            let (first, second) = (try await results[0].value(), try await results[1].value())
            #expect(first == 0 && second == 1)
        }
        #expect(try await broker.depth(of: "celery").total == 0)
    }

    @Test func `a message is in hand until its report is written`() async throws {
        _ = try await send(2)
        try await run { worker in
            await gate.waitForArrival()
            let first = await broker.pending.take()
            #expect(worker.runningIDs.count == 1)
            let depth = try await broker.depth(of: "celery")
            #expect(depth.ready == 1)
            try await broker.commit(first.report)
            first.answer(nil)
            await gate.waitForArrival()
            try await broker.answerNext()
        }
    }

    @Test func `a worker ends when all reports are written`() async throws {
        _ = try await send(1)
        try await run { worker in
            await gate.waitForArrival()
            worker.stop()
            let pending = await broker.pending.take()
            #expect(worker.report.done == 0 && !log.lines.contains { $0.message == "worker stopped" })
            try await broker.commit(pending.report)
            pending.answer(nil)
        }
        let end = try #require(log.lines.last { $0.message == "worker stopped" })
        #expect(end.metadata["done"] == "1")
    }

    @Test func `a report that fails is logged, and the message stays with the broker`() async throws {
        let result = try await send(1)[0]
        try await run { worker in
            await gate.waitForArrival()
            let pending = await broker.pending.take()
            pending.answer(Broken())
            while worker.runningIDs.count > 0 { await Task.yield() }
            let depth = try await broker.depth(of: "celery")
            #expect(worker.report.done == 0 && depth.leased == 1)
        }
        let line = log.lines.first { $0.message == "a delivery could not be reported and will be repeated" }
        #expect(line?.metadata["task_id"] == result.id)
    }

    @Test func `other ends are reported in their place`() async throws {
        let unknown = try await client.send("unknown")
        try await run { _ in
            await #expect(throws: TaskError.self) { try await unknown.value() }
        }
        #expect(try await client.results.fetch([unknown.id])[unknown.id]?.state == .failure)
    }
}
