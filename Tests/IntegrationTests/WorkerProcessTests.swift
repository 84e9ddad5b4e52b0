import Foundation
import MartletSQLite
import MartletTasks
import Testing

/// Workers in processes of their own on one SQLite file.
@Suite(.timeLimit(.minutes(3))) struct WorkerProcessTests {
    /// A directory with a queue and a file that workers append their effects to.
    final class Scene: Sendable {
        let directory = FileManager.default.temporaryDirectory.appending(path: "martlet-\(UUID().uuidString)")
        let client: TaskClient
        let broker: SQLiteBroker
        var database: String { directory.appending(path: "tasks.sqlite").path }
        var effects: String { directory.appending(path: "effects").path }

        init() throws {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            let path = directory.appending(path: "tasks.sqlite").path
            broker = try SQLiteBroker(path: path)
            client = TaskClient(broker: broker, results: try SQLiteResultBackend(path: path))
        }

        deinit { try? FileManager.default.removeItem(at: directory) }

        func worker(
            concurrency: Int = 8, pool: String..., environment: [String: String] = [:]
        ) async throws -> WorkerProcess {
            try await WorkerProcess(
                database: database, effects: effects, concurrency: concurrency, pool: pool, environment: environment)
        }

        /// The numbers in the effects file.
        func numbers() throws -> [Int] {
            try String(contentsOfFile: effects, encoding: .utf8).split(separator: "\n").compactMap { Int($0) }
        }

        /// Enqueues the task `effect` for each number in one call.
        func enqueueEffects(_ numbers: Range<Int>) async throws -> AsyncResult<[Int]> {
            try await client.enqueue(group(numbers.map { Signature<Int>(task: "effect", arguments: [$0]) }))
        }
    }

    @Test func twoProcessesShareTenThousandTasks() async throws {
        let scene = try Scene()
        let first = try await scene.worker(concurrency: 16)
        let second = try await scene.worker(concurrency: 16)
        let values = try await scene.enqueueEffects(0..<10_000).value(timeout: .seconds(120))
        #expect(values == Array(0..<10_000))
        let numbers = try scene.numbers()
        #expect(numbers.count == 10_000, "no effect is doubled")
        #expect(Set(numbers).count == 10_000, "no task is lost")
        for worker in [first, second] {
            worker.send(SIGTERM)
            #expect(await worker.waitForExit() == 0)
        }
        #expect(try await scene.broker.statistics().done == 10_000)
        #expect(try await scene.broker.depth(of: "celery").total == 0)
    }

    /// Nothing of a test run outlives it, however it ends: not its workers, not the processes of their pools.
    @Test func endsWithTheTestThatStartedIt() async throws {
        let scene = try Scene()
        let worker = try await scene.worker(concurrency: 1, pool: "processes")
        _ = try await scene.client.enqueue(Signature<String>(task: "hold", arguments: [600]))
        let child = try #require(await worker.line(startingWith: "child ").flatMap { Int32($0.dropFirst(6)) })
        worker.abandon()
        #expect(await worker.waitForExit() == SIGKILL)
        while kill(child, 0) == 0 { await Task.yield() }
    }

    @Test func killedWorkerLosesNothing() async throws {
        let scene = try Scene()
        let victim = try await scene.worker(concurrency: 16)
        let survivor = try await scene.worker(concurrency: 4)
        let result = try await scene.enqueueEffects(1..<2_001)
        #expect(await victim.line(startingWith: "effect") != nil)
        victim.send(SIGKILL)
        #expect(await victim.waitForExit() == SIGKILL)
        let heir = try await scene.worker(concurrency: 16)
        #expect(try await result.value(timeout: .seconds(60)) == Array(1..<2_001))
        #expect(Set(try scene.numbers()).count == 2_000)
        for worker in [survivor, heir] { worker.send(SIGTERM) }
        #expect(await survivor.waitForExit() == 0)
        #expect(await heir.waitForExit() == 0)
        #expect(try await scene.broker.depth(of: "celery").total == 0)
    }

    @Test func taskOfAKilledWorkerIsTakenOverSoon() async throws {
        let scene = try Scene()
        let victim = try await scene.worker()
        let result = try await scene.client.enqueue(Signature<String>(task: "hold", arguments: [0.2]))
        await victim.line(startingWith: "holding")
        let heir = try await scene.worker()
        victim.send(SIGKILL)
        let start = ContinuousClock.now
        #expect(await heir.line(startingWith: "holding") != nil)
        #expect(ContinuousClock.now - start < .seconds(5), "the lease of 30 s is not waited for")
        #expect(try await result.value(timeout: .seconds(30)) == "held")
        heir.send(SIGTERM)
        #expect(await heir.waitForExit() == 0)
        #expect(try await scene.broker.statistics().recovered == 1)
    }

    @Test func waitingWorkerWakesSoon() async throws {
        let scene = try Scene()
        let worker = try await scene.worker()
        var delays: [Double] = []
        for _ in 0..<9 {
            let sent = Date().timeIntervalSince1970
            let ran = try await scene.client.enqueue(Signature<Double>(task: "clock")).value(timeout: .seconds(10))
            delays.append(ran - sent)
        }
        worker.send(SIGTERM)
        #expect(await worker.waitForExit() == 0)
        let median = delays.sorted()[4]
        print("wake-up of another process: median \((median * 10_000).rounded() / 10) ms")
        #expect(median < 0.2, "a poll would take longer; alone on a machine it is under 50 ms")
    }

    @Test func statesOfAnotherProcessAreFollowedSoon() async throws {
        let scene = try Scene()
        let worker = try await scene.worker()
        let result = try await scene.client.enqueue(Signature<Void>(task: "tell", arguments: [15]))
        var delays: [Double] = []
        var last: TaskState?
        for try await update in result.updates() {
            last = update.state
            guard update.state == "TOLD", let told = update.value.doubleValue else { continue }
            delays.append(Date().timeIntervalSince1970 - told)
        }
        worker.send(SIGTERM)
        #expect(await worker.waitForExit() == 0)
        #expect(last == .success)
        #expect(delays.count > 5)
        let median = delays.sorted()[delays.count / 2]
        print("state of another process: median \((median * 10_000).rounded() / 10) ms")
        #expect(median < 0.2, "a poll would take longer; alone on a machine it is under 50 ms")
    }

    @Test func terminatedWorkerFinishesWhatRuns() async throws {
        let scene = try Scene()
        let worker = try await scene.worker(concurrency: 1)
        let running = try await scene.client.enqueue(Signature<String>(task: "hold-until-stop"))
        await worker.line(startingWith: "holding")
        let waiting = try await scene.client.enqueue(Signature<String>(task: "hold-until-stop"))
        worker.send(SIGTERM)
        #expect(await worker.line(startingWith: "stopped") != nil)
        #expect(await worker.waitForExit() == 0)
        #expect(try await running.state() == .success)
        #expect(try await waiting.state() == .pending)
        #expect(try await scene.broker.depth(of: "celery").ready == 1)
    }
}
