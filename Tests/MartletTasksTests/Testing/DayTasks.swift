import Foundation
import MartletTasks

/// The tasks of a ``VirtualDay``, one for each thing a task can do.
@Tasks("day")
struct DayTasks {
    struct Failure: Error {}

    let ledger: DayLedger

    @Task func plain(call: Int, context: TaskContext) -> Int {
        ledger.start(call, context)
        return call
    }

    /// In a queue that is paused every other minute.
    @Task(queue: "late") func late(call: Int, context: TaskContext) -> Int {
        ledger.start(call, context)
        return call
    }

    @Task(queue: "slow") func nap(call: Int, seconds: Int, context: TaskContext) async throws -> Int {
        ledger.start(call, context)
        try await context.client.time.sleep(for: .seconds(seconds))
        return call
    }

    @Task(retry: .fixed(max: 3, delay: .seconds(60)))
    func fixed(call: Int, failures: Int, context: TaskContext) throws -> Int {
        try fail(call, failures, context, delay: 60)
    }

    @Task(retry: .exponential(max: 5))
    func exponential(call: Int, failures: Int, context: TaskContext) throws -> Int {
        try fail(call, failures, context, delay: 0)
    }

    @Task(retry: .delays(.seconds(1), .seconds(10), .seconds(100)))
    func delays(call: Int, failures: Int, context: TaskContext) throws -> Int {
        try fail(call, failures, context, delay: [1, 10, 100, 0][min(3, context.retries)])
    }

    @Task func wishes(call: Int, failures: Int, context: TaskContext) throws -> Int {
        ledger.start(call, context)
        guard context.retries >= failures else { throw context.retry(after: .seconds(5), maxRetries: 4) }
        return call
    }

    @Task func fails(call: Int, context: TaskContext) throws {
        ledger.start(call, context)
        throw Failure()
    }

    @Task func rejects(call: Int, context: TaskContext) throws {
        ledger.start(call, context)
        throw Reject(reason: "not today")
    }

    @Task func snoozes(call: Int, times: Int, context: TaskContext) throws -> Int {
        ledger.start(call, context)
        guard ledger.call(call).steps < times else { return call }
        let eta = context.client.time.now.addingTimeInterval(30)
        ledger.change(call) { call in
            call.steps += 1
            call.eta = eta
        }
        throw Snooze(until: eta)
    }

    @Task(rateLimit: "30/m") func slowOnEach(call: Int, context: TaskContext) -> Int {
        ledger.start(call, context)
        ledger.spaceOnEach("slowOnEach", 2, context)
        return call
    }

    @Task(limits: [.rate("20/m", per: "client")])
    func slowForAll(client: Int, call: Int, context: TaskContext) -> Int {
        ledger.start(call, context)
        ledger.space("slowForAll \(client)", 3, context)
        return call
    }

    @Task(limits: [.concurrency(2, per: "client"), .concurrency(5)])
    func few(client: Int, call: Int, seconds: Int, context: TaskContext) async throws -> Int {
        ledger.start(call, context)
        return try await ledger.hold("few \(client)", 2, call) {
            try await ledger.hold("few", 5, call) {
                try await context.client.time.sleep(for: .seconds(seconds))
                return call
            }
        }
    }

    @Task(unique: .untilDone(by: "client"))
    func unique(client: Int, call: Int, seconds: Int, context: TaskContext) async throws -> Int {
        ledger.start(call, context)
        return try await ledger.hold("unique \(client)", 1, call) {
            try await context.client.time.sleep(for: .seconds(seconds))
            return call
        }
    }

    @Task func steps(call: Int, count: Int, context: TaskContext) async throws -> Int {
        ledger.start(call, context)
        try await context.iterate(from: 0, every: .zero) { step in
            guard step < count else { return nil }
            ledger.step(call, step)
            try await context.client.time.sleep(for: .seconds(2))
            return step + 1
        }
        return call
    }

    @Task func add(_ number: Int, call: Int, context: TaskContext) -> Int {
        ledger.start(call, context)
        return number + 1
    }

    @Task func sum(_ numbers: [Int], call: Int, context: TaskContext) -> Int {
        ledger.start(call, context)
        return numbers.reduce(0, +)
    }

    /// Sends another task while it runs; that one has its id beforehand, so it is sent once however often this one runs.
    @Task func sends(call: Int, child: Int, context: TaskContext) async throws -> Int {
        ledger.start(call, context)
        let id = "child-of-\(context.id)"
        ledger.change(child) { $0.id = id }
        try await context.client.enqueue(DayTasks.plain(call: child), countdown: .seconds(300), taskID: id)
        return call
    }

    @Task func poison(call: Int, context: TaskContext) async throws -> Int {
        ledger.start(call, context)
        try ledger.crashWorker()
        try await context.client.time.sleep(for: .seconds(1))
        return call
    }

    private func fail(_ call: Int, _ failures: Int, _ context: TaskContext, delay: Double) throws -> Int {
        ledger.start(call, context)
        guard context.retries < failures else { return call }
        let next = (count: context.retries + 1, date: context.client.time.now.addingTimeInterval(delay))
        ledger.change(call) { $0.retry = next }
        throw Failure()
    }
}
