import MartletTasks
import Synchronization
import Testing

/// Runs what it is given when a test says so.
private final class SteppedExecutor: TaskExecutor {
    private let jobs = Mutex<[UnownedJob]>([])

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        jobs.withLock { $0.append(job) }
    }

    /// Runs until all wait.
    func run() {
        while let job = jobs.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
            job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }
}

/// Who counts as waiting for a store to change.
@Suite(.timeLimit(.minutes(1))) struct WakesTests {
    private let wakes = Wakes()
    private let executor = SteppedExecutor()

    private func waiter() -> Task<Void, Never> {
        let (wakes, version) = (wakes, wakes.version)
        let task = Task(executorPreference: executor) { await wakes.wait(since: version) }
        executor.run()
        return task
    }

    @Test func whoWasWokenDoesNotCountBeforeItRuns() async {
        let tasks = [waiter(), waiter()]
        #expect(wakes.isWaitedFor)
        wakes.notify()
        #expect(!wakes.isWaitedFor)
        executor.run()
        for task in tasks { await task.value }
        #expect(!wakes.isWaitedFor)
    }

    @Test func whoIsCancelledDoesNotCount() async {
        let (first, second) = (waiter(), waiter())
        first.cancel()
        #expect(wakes.isWaitedFor)
        second.cancel()
        #expect(!wakes.isWaitedFor)
        executor.run()
        for task in [first, second] { await task.value }
        wakes.notify()
        #expect(!wakes.isWaitedFor)
    }

    @Test func whoComesTooLateDoesNotWait() async {
        let version = wakes.version
        wakes.notify()
        await wakes.wait(since: version)
        #expect(!wakes.isWaitedFor)
    }
}
