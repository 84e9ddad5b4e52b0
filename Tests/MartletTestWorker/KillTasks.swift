import Foundation
import MartletORM
import MartletSQLite
import MartletTasks
import Synchronization

/// Kills this process at a moment the environment chooses: so many steps after the start, and some microseconds more.
struct KillPlan: Sendable {
    private static let count = Atomic(0)
    private static let environment = ProcessInfo.processInfo.environment
    private static let after = environment["KILL_AFTER"].flatMap { Int($0) } ?? 0
    private static let delay = environment["KILL_DELAY"].flatMap { UInt32($0) } ?? 0

    /// Counts a step; the last one starts the thread that kills.
    static func step() {
        guard after > 0, count.add(1, ordering: .relaxed).newValue == after else { return }
        Thread.detachNewThread {
            usleep(delay)
            kill(getpid(), SIGKILL)
        }
    }
}

/// What the kill tests run: each run leaves a line with its task's id before it returns.
enum KillTasks {
    static let options = TaskOptions(delivery: .atLeastOnce(maxAttempts: 1_000))

    static func register(in registry: inout TaskRegistry, effects: EffectLog) {
        @Sendable func note(_ context: TaskContext) async throws {
            let stored = try await context.client.results.fetch([context.id])[context.id]
            effects.append((stored?.state == .success ? "repeated " : "run ") + context.id)
            KillPlan.step()
        }
        registry.register("kill.step", options: options) { (context: TaskContext, number: Int) async throws -> Int in
            try await note(context)
            return number
        }
        registry.register("kill.add", options: options) {
            (context: TaskContext, number: Int, other: Int) async throws -> Int in
            try await note(context)
            return number + other
        }
        registry.register("kill.sum", options: options) { (context: TaskContext, numbers: [Int]) async throws -> Int in
            try await note(context)
            return numbers.reduce(0, +)
        }
        var flaky = options
        flaky.retry = .fixed(max: 3, delay: .milliseconds(1))
        registry.register("kill.flaky", options: flaky) { (context: TaskContext, number: Int) async throws -> Int in
            try await note(context)
            guard context.retries > 0 else { throw Failed(reason: "not yet") }
            return number
        }
    }

    /// Publishes calls in the given range, and says after each the ids that are published now.
    static func publish(_ numbers: Range<Int>, database path: String, round: String, client: TaskClient) async throws {
        let database = try SQLiteDatabase.open(path: path)
        for number in numbers {
            let id = "\(round)-\(number)"
            let ids: [String]
            switch number % 5 {
            case 0:
                let members = (0..<20).map { Signature<Int>(task: "kill.step", arguments: [$0]) }
                ids = try await client.enqueue(MartletTasks.group(members), taskID: id).taskIDs
            case 1: ids = try await client.enqueue(chained(number), taskID: id).taskIDs
            case 2:
                let header = (0..<10).map { Signature<Int>(task: "kill.step", arguments: [$0]) }
                let sum = PartialSignature<[Int], Int>(task: "kill.sum")
                ids = try await client.enqueue(chord(header, sum)).taskIDs
            case 3:
                ids = try await client.enqueue(Signature<Int>(task: "kill.flaky", arguments: [number]), taskID: id)
                    .taskIDs
            default:
                ids = try await database.transaction { tx in
                    try await tx.enqueue(chained(number), client: client, taskID: id).taskIDs
                }
            }
            say("published \(number) \(ids.joined(separator: ","))")
            KillPlan.step()
        }
    }

    private static func chained(_ number: Int) -> Signature<Int> {
        let add = PartialSignature<Int, Int>(task: "kill.add", arguments: [1])
        return Signature<Int>(task: "kill.step", arguments: [number]) | add | add
    }
}
