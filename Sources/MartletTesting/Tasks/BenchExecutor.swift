import Dispatch
import Foundation
import MartletTasks

/// Runs Swift tasks one job after the other, only when it is told to, in an order that follows from a seed.
///
/// So it knows when nothing is left to do, which the system's executor does not tell. Each worker has a lane of its own,
/// which can be cut off between any two of its jobs, as a process is that is killed.
// `state` is guarded by the lock of `condition`.
final class BenchExecutor: @unchecked Sendable {
    /// The executor of one worker.
    final class Lane: TaskExecutor {
        /// The place of the worker in the bench.
        let worker: Int
        let number: Int
        private let executor: BenchExecutor

        init(worker: Int, number: Int, executor: BenchExecutor) {
            self.worker = worker
            self.number = number
            self.executor = executor
        }

        func enqueue(_ job: consuming ExecutorJob) { executor.enqueue(UnownedJob(job), self) }
    }

    private struct State {
        let onCut: @Sendable (Int) -> Void
        var jobs: [(job: UnownedJob, lane: Lane)] = []
        var generator: SeededGenerator?
        var lanes = 0
        /// Lanes whose jobs are not run any more.
        var dead: Set<Int> = []
        /// How many jobs are left to lanes that are to be cut off.
        var steps: [Int: Int] = [:]

        /// Takes the job to run next; of a lane that is cut off now there is none.
        mutating func next() -> (job: UnownedJob, lane: Lane)? {
            while !jobs.isEmpty {
                let index = pick()
                let next = jobs.remove(at: index)
                guard !steps.isEmpty, let left = steps[next.lane.number] else { return next }
                if left > 0 {
                    steps[next.lane.number] = left - 1
                    return next
                }
                cut(next.lane)
            }
            return nil
        }

        private mutating func pick() -> Int {
            guard jobs.count > 1, var generator else { return 0 }
            let index = Int.random(in: jobs.indices, using: &generator)
            self.generator = generator
            return index
        }

        mutating func cut(_ lane: Lane) {
            steps[lane.number] = nil
            dead.insert(lane.number)
            onCut(lane.worker)
            jobs.removeAll { $0.lane.number == lane.number }
        }
    }

    private let condition = NSCondition()
    private var state: State

    /// Without a seed jobs run in the order they come; `onCut` is told the worker of a lane that is cut off.
    init(seed: UInt64?, onCut: @escaping @Sendable (Int) -> Void = { _ in }) {
        state = State(onCut: onCut, generator: seed.map(SeededGenerator.init))
    }

    /// Makes the executor of a worker.
    func lane(worker: Int) -> Lane {
        withLock { state in
            state.lanes += 1
            return Lane(worker: worker, number: state.lanes, executor: self)
        }
    }

    /// Runs so many more jobs of a lane, and then none: what it was at stays where it is.
    func cut(_ lane: Lane, afterSteps steps: Int) {
        withLock { state in
            guard !state.dead.contains(lane.number) else { return }
            if steps > 0 { state.steps[lane.number] = steps } else { state.cut(lane) }
        }
    }

    func isCut(_ lane: Lane) -> Bool { withLock { $0.dead.contains(lane.number) } }

    /// Runs all there is until `isSettled`, and goes on as long as `moveOn` makes more due.
    ///
    /// Without work it waits up to `patience` seconds for some to come from elsewhere.
    func run(
        patience: TimeInterval, until isSettled: @escaping @Sendable () -> Bool,
        moveOn: @escaping @Sendable () -> Bool
    ) async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                repeat {
                    repeat {
                        while let (job, lane) = self.withLock({ $0.next() }) {
                            job.runSynchronously(on: lane.asUnownedTaskExecutor())
                        }
                    } while !isSettled() && self.waitForJob(patience)
                } while moveOn()
                continuation.resume()
            }
        }
    }

    private func enqueue(_ job: UnownedJob, _ lane: Lane) {
        withLock { state in
            // A job that is never run is never freed either, which is what a killed process would have left undone.
            guard !state.dead.contains(lane.number) else { return }
            state.jobs.append((job, lane))
            condition.signal()
        }
    }

    private func waitForJob(_ patience: TimeInterval) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        let end = Date().addingTimeInterval(patience)
        while state.jobs.isEmpty { guard condition.wait(until: end) else { return !state.jobs.isEmpty } }
        return true
    }

    private func withLock<Value>(_ body: (inout State) -> Value) -> Value {
        condition.lock()
        defer { condition.unlock() }
        return body(&state)
    }
}
