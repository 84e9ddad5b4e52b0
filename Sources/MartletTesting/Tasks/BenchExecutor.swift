import Dispatch
import Foundation

/// Runs Swift tasks one job after the other, only when it is told to, in an order that follows from a seed.
///
/// So it knows when nothing is left to do, which the system's executor does not tell.
// `jobs` and `generator` are guarded by the lock of `condition`.
final class BenchExecutor: TaskExecutor, @unchecked Sendable {
    private let condition = NSCondition()
    private var jobs: [UnownedJob] = []
    private var generator: SeededGenerator?

    /// Without a seed jobs run in the order they come.
    init(seed: UInt64?) { generator = seed.map(SeededGenerator.init) }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        condition.lock()
        jobs.append(job)
        condition.signal()
        condition.unlock()
    }

    /// Runs all there is until `isSettled`; without work, waits so long for some to come from elsewhere.
    func run(patience: TimeInterval, until isSettled: @escaping @Sendable () -> Bool) async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                repeat {
                    while let job = self.next() { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
                } while !isSettled() && self.waitForJob(patience)
                continuation.resume()
            }
        }
    }

    private func next() -> UnownedJob? {
        condition.lock()
        defer { condition.unlock() }
        guard !jobs.isEmpty else { return nil }
        guard var generator else { return jobs.removeFirst() }
        let index = Int.random(in: jobs.indices, using: &generator)
        self.generator = generator
        return jobs.remove(at: index)
    }

    private func waitForJob(_ patience: TimeInterval) -> Bool {
        condition.lock()
        defer { condition.unlock() }
        let end = Date().addingTimeInterval(patience)
        while jobs.isEmpty { guard condition.wait(until: end) else { return !jobs.isEmpty } }
        return true
    }
}
