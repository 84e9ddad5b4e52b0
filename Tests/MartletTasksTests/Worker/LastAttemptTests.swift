import Foundation
import MartletTesting
import Synchronization
import Testing

@testable import MartletTasks

/// That a task which kills its worker does not take its neighbours with it.
@Suite struct LastAttemptTests {
    /// A bench whose task "poison" kills its worker a second after it starts, and whose task "nap" takes ten seconds.
    private final class Scene: Sendable {
        private final class Kill: Sendable {
            let action = Mutex<(@Sendable () -> Void)?>(nil)
        }

        let bench: TaskBench

        init(workers: Int = 1, prefetch: Prefetch = .none, seed: UInt64? = nil, naps: Int = 10) {
            let kill = Kill()
            var registry = TaskRegistry()
            registry.register("poison") {
                let time = try #require(TaskContext.current).client.time
                try await time.sleep(for: .seconds(1))
                kill.action.withLock(\.self)?()
                try await time.sleep(for: .seconds(1))
            }
            registry.register("nap") {
                try await #require(TaskContext.current).client.time.sleep(for: .seconds(naps))
            }
            let bench = TaskBench(
                registry, options: WorkerOptions(pool: .concurrent(8), prefetch: prefetch), workers: workers, seed: seed
            )
            self.bench = bench
            kill.action.withLock { $0 = { [weak bench] in try? bench?.crash(TaskBench.currentWorker ?? 0) } }
        }

        /// Lets time pass; workers that were killed are started again at once.
        func advance(by seconds: Int) async throws {
            for _ in 0..<seconds {
                try await bench.advance(by: .seconds(1))
                for worker in bench.crashedWorkers { try bench.restart(worker) }
            }
        }

        func starts(_ id: String) -> Int { bench.trace.lines(of: id).count { $0.event == .started } }
    }

    @Test(arguments: [(1, Prefetch.none, nil), (1, .count(4), 1), (3, .none, 2), (3, .count(4), 3)])
    func poisonDiesAloneAmongTwentyOthers(_ workers: Int, _ prefetch: Prefetch, _ seed: UInt64?) async throws {
        let scene = Scene(workers: workers, prefetch: prefetch, seed: seed)
        var others: [AsyncResult<JSONValue>] = []
        for _ in 0..<3 { others.append(try await scene.bench.client.send("nap")) }
        let poison = try await scene.bench.client.send("poison")
        for _ in 3..<20 { others.append(try await scene.bench.client.send("nap")) }
        try await scene.advance(by: 600)
        #expect(try await scene.bench.broker.deadLetters(limit: 100).map(\.id) == [poison.id])
        #expect(try await scene.bench.broker.deadLetter(poison.id)?.reason == .crashed)
        #expect(scene.starts(poison.id) == 3)
        for other in others { #expect(try await other.state() == .success) }
        #expect(try await scene.bench.broker.depth(of: "celery").total == 0)
    }

    @Test func longLastAttemptKeepsTheOthersWaitingForAMinute() async throws {
        let scene = Scene(naps: 1_000)
        var naps: [AsyncResult<JSONValue>] = []
        for _ in 0..<3 { naps.append(try await scene.bench.client.send("nap")) }
        // Killed before it renews its leases, which it does every ten seconds from its start.
        for (life, rest) in [(4, 26), (2, 28)] {
            try await scene.bench.advance(by: .seconds(life))
            try scene.bench.crash()
            try scene.bench.restart()
            try await scene.bench.advance(by: .seconds(rest))
        }
        #expect(naps.map { scene.starts($0.id) } == [3, 2, 2])
        try await scene.advance(by: 58)
        #expect(naps.map { scene.starts($0.id) } == [3, 2, 2])
        try await scene.advance(by: 3)
        #expect(naps.map { scene.starts($0.id) } == [3, 3, 2])
        try await scene.advance(by: 61)
        #expect(naps.map { scene.starts($0.id) } == [3, 3, 3])
        try await scene.advance(by: 1_000)
        for nap in naps { #expect(try await nap.state() == .success) }
    }

    @Test func oneLastAttemptBeginsAtATime() {
        var attempts = LastAttempts()
        let start = Date(timeIntervalSince1970: 0)
        let receipts = (0..<3).map { Receipt(id: "\($0)", token: "t") }
        func begins(_ index: Int, _ seconds: TimeInterval) -> Bool {
            attempts.begin(receipts[index], at: start + seconds)
        }
        #expect(begins(0, 0))
        #expect(!begins(1, 59))
        #expect(begins(1, 60), "one that is long at it keeps nobody waiting")
        #expect(!begins(2, 61))
        attempts.end(receipts[0])
        #expect(!begins(2, 61))
        attempts.end(receipts[1])
        #expect(begins(2, 61))
        #expect(begins(0, -3_600), "a clock that was put back holds nobody up")
    }
}
