import Foundation
import MartletTesting
import Testing

@testable import MartletTasks

/// Which queues a worker serves, and how many tasks it runs at once.
@Suite(.timeLimit(.minutes(1))) struct WorkerLoopTests {
    private func worker(_ options: WorkerOptions) -> Worker {
        var registry = TaskRegistry()
        registry.register("one", options: TaskOptions(queue: "pdf")) { 1 }
        registry.register("two", options: TaskOptions(queue: "mail")) { 2 }
        let client = TaskClient(broker: MemoryBroker(), results: MemoryResultBackend())
        return Worker(registry: registry, client: client, options: options)
    }

    @Test func `queues are chosen and excluded`() {
        #expect(worker(WorkerOptions()).queues == ["celery", "mail", "pdf"])
        #expect(worker(WorkerOptions(excludedQueues: ["pdf"])).queues == ["celery", "mail"])
        #expect(worker(WorkerOptions(queues: ["b", "a", "b"])).queues == ["b", "a"])
    }

    static let wrong: [(WorkerOptions, String)] = [
        (WorkerOptions(queues: []), "without queues receives nothing"),
        (WorkerOptions(queues: [""]), "'' is no name of a queue"),
        (WorkerOptions(queues: ["a b"]), "'a b' is no name of a queue"),
        (WorkerOptions(queues: ["pdf"], excludedQueues: ["pdf"]), "'pdf' is both chosen and excluded"),
        (WorkerOptions(excludedQueues: ["pfd"]), "'pfd' is none of this worker's, which are celery, mail, pdf"),
        (WorkerOptions(excludedQueues: ["celery", "mail", "pdf"]), "all queues are excluded"),
        (WorkerOptions(pool: .concurrent(0)), "concurrency 0 runs nothing"),
        (WorkerOptions(pool: .concurrent(-1)), "concurrency -1 runs nothing"),
        (WorkerOptions(pool: .concurrent(.autoscaled(0...2))), "concurrency 0 runs nothing"),
        (WorkerOptions(prefetch: .count(-1)), "a prefetch of -1"),
        (WorkerOptions(timeLimit: .zero), "a time limit of 0.0 seconds"),
        (WorkerOptions(timeLimit: .seconds(1), softTimeLimit: .seconds(2)), "is never reached"),
        (WorkerOptions(lease: .zero), "cannot be renewed"),
        (WorkerOptions(drainTimeout: .seconds(-1)), "drain time-out"),
        (WorkerOptions(maxBrokerFailures: 0), "gives up at once"),
        (WorkerOptions(watchdogTimeout: .zero), "watchdog time-out"),
    ]

    @Test(arguments: wrong.indices) func `a wrong option is said before anything is run`(_ index: Int) async {
        let (options, text) = Self.wrong[index]
        await #expect { try await worker(options).run() } throws: {
            ($0 as? TaskError)?.code == .misconfigured && "\($0)".contains(text)
        }
    }

    @Test func `concurrency is read from text`() throws {
        #expect(try Concurrency(parsing: "4") == 4)
        #expect(try Concurrency(parsing: "2-8") == .autoscaled(2...8))
        #expect(try Concurrency(parsing: "auto") == .automatic)
        for text in ["", "0", "-1", "abc", "8-2", "2-", "1.5", "0-4"] {
            #expect(throws: TaskError.self) { try Concurrency(parsing: text) }
        }
    }

    @Test func `a control group's quota counts, of either version`() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "martlet-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        func write(_ text: String, _ path: String) throws {
            let file = root.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        func count() -> Int { AvailableCores.count(active: 16, root: root.path + "/") }
        #expect(count() == 16)
        try write("0::/a/b\n", "proc/self/cgroup")
        try write("max 100000\n", "sys/fs/cgroup/a/b/cpu.max")
        #expect(count() == 16)
        try write("250000 100000\n", "sys/fs/cgroup/a/cpu.max")
        #expect(count() == 3)
        try write("5:cpuacct,cpu:/c\n4:memory:/c\n", "proc/self/cgroup")
        try write("-1\n", "sys/fs/cgroup/cpu/c/cpu.cfs_quota_us")
        try write("100000\n", "sys/fs/cgroup/cpu/c/cpu.cfs_period_us")
        #expect(count() == 16)
        try write("50000\n", "sys/fs/cgroup/cpu/c/cpu.cfs_quota_us")
        #expect(count() == 1)
    }

    @Test func `an autoscaler grows at once and shrinks after thirty quiet looks`() {
        var scaler = LoadAutoscaler()
        func size(now size: Int, busy: Int, waiting: Int = 0) -> Int {
            scaler.size(for: PoolLoad(minimum: 2, maximum: 8, size: size, busy: busy, waiting: waiting))
        }
        #expect(size(now: 2, busy: 2) == 2)
        #expect(size(now: 2, busy: 2, waiting: 3) == 5)
        for _ in 1..<30 { #expect(size(now: 8, busy: 4) == 8) }
        #expect(size(now: 8, busy: 1) == 4, "as many as were busy at most")
        for _ in 1..<30 { #expect(size(now: 4, busy: 0) == 4) }
        #expect(size(now: 4, busy: 0) == 0, "the worker keeps it within its range")
    }

    @Test func `a pool grows with the load and shrinks when idle`() async throws {
        let clock = VirtualClock()
        let bench = Bench(time: clock.time)
        let gate = Gate()
        var registry = TaskRegistry()
        registry.register("wait") { await gate.pass() }
        let options = WorkerOptions(
            pool: .concurrent(.autoscaled(1...3)), lease: .seconds(1_000_000), watchdogTimeout: .seconds(1_000_000),
            cleanUpInterval: nil)
        for _ in 1...4 { try await bench.client.send("wait") }
        try await bench.run(registry, options: options) { worker in
            await gate.waitForArrival()
            #expect(worker.concurrency == 1)
            while worker.concurrency < 3 {
                clock.advance(by: .seconds(1))
                try Task.checkCancellation()
                await Task.yield()
            }
            for _ in 1...2 { await gate.waitForArrival() }
            for _ in 1...4 { gate.open() }
            await gate.waitForArrival()
            while worker.concurrency > 1 {
                clock.advance(by: .seconds(1))
                try Task.checkCancellation()
                await Task.yield()
            }
        }
        #expect(try await bench.broker.depth(of: "celery").total == 0)
    }

    @Test func `a worker's time limit is for tasks without their own`() {
        var registry = TaskRegistry()
        registry.register("own", options: TaskOptions(timeLimit: .seconds(1))) { 1 }
        registry.register("none") { 1 }
        let limited = registry.withDefaults(of: WorkerOptions(timeLimit: .seconds(9), softTimeLimit: .seconds(8)))
        #expect(limited["own"]?.options.timeLimit == .seconds(1))
        #expect(limited["none"]?.options.timeLimit == .seconds(9))
        #expect(limited["none"]?.options.softTimeLimit == .seconds(8))
    }
}
