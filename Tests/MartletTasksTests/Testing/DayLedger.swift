import Foundation
import MartletTasks
import MartletTesting
import Synchronization

/// What the tasks of a ``VirtualDay`` are to come to, and what they did; it notes every promise that is broken.
final class DayLedger: Sendable {
    /// How a call is to end.
    enum End: Sendable, Hashable {
        case success(Int)
        case deadLetter(DeadLetter.Reason)
        case revoked
        /// It is not sent, since another one is there.
        case duplicate
    }

    struct Call: Sendable {
        var id = ""
        var end: End
        /// The moment before which it must not start.
        var eta: Date?
        /// The moment before which its run of so many retries must not start.
        var retry: (count: Int, date: Date)?
        var mayRun = true
        /// The calls without whose success it does not run.
        var after: [Int] = []
        var steps = 0
    }

    /// Which run of a call holds a place under a limit.
    private struct Place {
        var worker: Int
        var life: Int
    }

    private struct State {
        var calls: [Call] = []
        var broken: [String] = []
        var lastStarts: [String: Date] = [:]
        var running: [String: [Int: Place]] = [:]
        /// How often a worker was started again.
        var lives: [Int: Int] = [:]
        var crash: (@Sendable (Int) throws -> Void)?
        var crashed: (@Sendable () -> Set<Int>)?
    }

    private let state = Mutex(State())

    var calls: [Call] { state.withLock(\.calls) }
    func call(_ number: Int) -> Call { state.withLock { $0.calls[number] } }
    var broken: [String] { state.withLock(\.broken) }

    /// Tells it of the bench whose workers run the tasks.
    func watch(_ bench: TaskBench) {
        state.withLock { state in
            state.crash = { [weak bench] in try bench?.crash($0) }
            state.crashed = { [weak bench] in Set(bench?.crashedWorkers ?? []) }
        }
    }

    /// Adds a call; its number is the argument by which its task finds it.
    func add(_ end: (Int) -> End, eta: Date? = nil, mayRun: Bool = true) -> Int {
        state.withLock { state in
            state.calls.append(Call(end: end(state.calls.count), eta: eta, mayRun: mayRun))
            return state.calls.count - 1
        }
    }

    func change(_ call: Int, _ body: (inout Call) -> Void) { state.withLock { body(&$0.calls[call]) } }

    func restarted(_ worker: Int) { state.withLock { $0.lives[worker, default: 0] += 1 } }

    func report(_ problem: String) { state.withLock { $0.broken.append(problem) } }

    /// Kills the worker of the task that asks for it.
    func crashWorker() throws { try state.withLock(\.crash)?(TaskBench.currentWorker ?? 0) }

    /// Notes that a call is run, and what that breaks.
    func start(_ number: Int, _ context: TaskContext) {
        let now = context.client.time.now
        state.withLock { state in
            if state.calls[number].id.isEmpty { state.calls[number].id = context.id }
            let call = state.calls[number]
            func check(_ isKept: Bool, _ promise: String) {
                if !isKept { state.broken.append("call \(number) (\(context.task)) at \(now): \(promise)") }
            }
            check(call.mayRun, "it was not to run")
            check(call.eta.map { $0 <= now } ?? true, "it was to wait until \(String(describing: call.eta))")
            check(context.attempt <= 3, "this is attempt \(context.attempt)")
            if let retry = call.retry, retry.count == context.retries {
                check(
                    retry.date <= now.addingTimeInterval(0.001), "retry \(retry.count) was to wait until \(retry.date)")
            }
        }
    }

    /// Notes a start of which there is to be one in `interval` seconds at most.
    func space(_ key: String, _ interval: Double, _ context: TaskContext) {
        let now = context.client.time.now
        state.withLock { state in
            let gap = state.lastStarts[key].map { now.timeIntervalSince($0) } ?? interval
            if gap < interval - 0.001 { state.broken.append("\(key) at \(now): started \(gap) s after the last one") }
            state.lastStarts[key] = now
        }
    }

    /// The same for each worker by itself; one that was started again begins anew.
    func spaceOnEach(_ key: String, _ interval: Double, _ context: TaskContext) {
        let worker = TaskBench.currentWorker ?? -1
        let life = state.withLock { $0.lives[worker, default: 0] }
        space("\(key) on \(worker), life \(life)", interval, context)
    }

    /// Notes a run of which there are to be `limit` at once at most, while `body` runs.
    func hold<Value>(_ key: String, _ limit: Int, _ call: Int, _ body: () async throws -> Value) async throws -> Value {
        let crashed = state.withLock(\.crashed)?() ?? []
        let worker = TaskBench.currentWorker ?? -1
        state.withLock { state in
            let lives = state.lives
            var places = (state.running[key] ?? [:])
                .filter { !crashed.contains($0.value.worker) && $0.value.life == lives[$0.value.worker, default: 0] }
            places[call] = Place(worker: worker, life: lives[worker, default: 0])
            if places.count > limit { state.broken.append("\(key): \(places.keys.sorted()) run at once") }
            state.running[key] = places
        }
        defer { state.withLock { $0.running[key]?[call] = nil } }
        return try await body()
    }

    /// Notes a step of a task with checkpoints: the one that comes next, or the last one again.
    func step(_ number: Int, _ step: Int) {
        state.withLock { state in
            let next = state.calls[number].steps
            if step != next, step != next - 1 { state.broken.append("call \(number): step \(step), not \(next)") }
            state.calls[number].steps = step + 1
        }
    }
}
