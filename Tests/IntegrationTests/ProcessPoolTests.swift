import Foundation
import InMemoryTracing
import MartletSQLite
import MartletTasks
import Testing

/// A worker whose tasks run in processes of their own, and what tasks and kills do to those.
@Suite(.timeLimit(.minutes(3))) struct ProcessPoolTests {
    typealias Scene = WorkerProcessTests.Scene

    /// The error a task ends with.
    private func failure(
        of task: String, _ arguments: [JSONValue] = [], in scene: Scene, hard: Duration? = nil, soft: Duration? = nil
    ) async throws -> TaskFailure? {
        let options = TaskOptions(timeLimit: hard, softTimeLimit: soft)
        let signature = Signature<JSONValue>(task: task, arguments: arguments, options: options)
        do {
            _ = try await scene.client.enqueue(signature).value(timeout: .seconds(60))
            return nil
        } catch let error as TaskError {
            return error.failure
        }
    }

    private func pid(in scene: Scene) async throws -> Int {
        try await scene.client.enqueue(Signature<Int>(task: "pid")).value(timeout: .seconds(60))
    }

    private func end(_ worker: WorkerProcess) async {
        worker.send(SIGTERM)
        #expect(await worker.waitForExit() == 0)
    }

    @Test func tasksRunInAnotherProcess() async throws {
        let scene = try Scene()
        let worker = try await scene.worker(concurrency: 1, pool: "processes")
        let first = try await pid(in: scene)
        #expect(first != Int(worker.pid))
        #expect(try await pid(in: scene) == first, "it is kept for the next task")
        let sum = try await scene.client.enqueue(Signature<Int>(task: "sum", arguments: [[1, 2, 3]]))
        #expect(try await sum.value(timeout: .seconds(60)) == 6)
        let packed = Signature<Int>(task: "sum", arguments: [[300, 70_000]]).set(serializer: .msgpack)
        let packedSum = try await scene.client.enqueue(packed).value(timeout: .seconds(60))
        #expect(packedSum == 70_300, "a body that is no text goes there too")
        await end(worker)
        #expect(await worker.line(startingWith: "nothing more") == nil, "its processes have ended too")
    }

    @Test func traceAndMiddlewareReachTheProcesses() async throws {
        let scene = try Scene()
        let worker = try await scene.worker(concurrency: 1, pool: "processes", environment: ["TRACE": "1"])
        let tracer = InMemoryTracer(idGenerator: .init(nextTraceID: { "sent" }, nextSpanID: { "sender" }))
        let client = TaskClient(
            broker: scene.broker, results: scene.client.results, options: TaskClient.Options(tracer: tracer))
        let first = Signature<JSONValue>(task: "trace")
        let chain = try await client.enqueue(first | PartialSignature<JSONValue, [String]>(task: "trace-on"))
        let next = try await chain.value(timeout: .seconds(60))
        let root = try #require(try await client.results.fetch([chain.id])[chain.id]?.parentID)
        let value = try await client.result(of: root, as: JSONValue.self).value(timeout: .seconds(60))
        let pid = try #require(value[0]?.integerValue)
        #expect(pid != Int(worker.pid), "middleware is around the run, where that is")
        #expect(value[1]?[0] == "sent" && value[1]?[2] == "sender")
        #expect(next[0] == "sent", "what follows is in the same trace")
        let span = try #require(value[1]?[1]?.stringValue)
        #expect(await worker.line(startingWith: "publishing") == "publishing after \(span)")
        #expect(await worker.line(startingWith: "ended trace") == "ended trace in \(worker.pid)")
        await end(worker)
    }

    @Test func trapIsALostWorkerAndADeadLetterAfterThreeTimes() async throws {
        let scene = try Scene()
        let worker = try await scene.worker(concurrency: 1, pool: "processes")
        let failure = try #require(try await failure(of: "trap", in: scene))
        #expect(failure.type == "WorkerLostError" && failure.module == "billiard.exceptions")
        #expect(failure.text.hasPrefix("Worker exited prematurely: signal "))
        #expect(failure.text.hasSuffix("Job: 3."), "\(failure.text)")
        let letter = try #require(try await scene.broker.deadLetters(limit: 9).first)
        #expect(letter.reason == .crashed && letter.attempts == 3)
        #expect(try await pid(in: scene) > 0)
        await end(worker)
    }

    @Test func lostTaskIsRunAgainAtOnce() async throws {
        let scene = try Scene()
        let worker = try await scene.worker(concurrency: 2, pool: "processes")
        let attempt = try await scene.client.enqueue(Signature<Int>(task: "trap-at-first"))
        #expect(try await attempt.value(timeout: .seconds(20)) == 2, "the lease of 30 s is not waited for")
        await end(worker)
    }

    @Test(arguments: [
        ("exit", ["exitcode 3"]),
        // Which of the two notices first that they no longer hear each other.
        ("close", ["exitcode 70", "signal 9 (SIGKILL)"]),
        ("talk-nonsense", ["signal 9 (SIGKILL)"]),
    ])
    func whatATaskDoesToItsProcessIsTold(task: String, ends: [String]) async throws {
        let scene = try Scene()
        let worker = try await scene.worker(concurrency: 1, pool: "processes")
        let text = try #require(try await failure(of: task, task == "exit" ? [3] : [], in: scene)?.text)
        #expect(ends.map { "Worker exited prematurely: \($0) Job: 1." }.contains(text))
        #expect(try await pid(in: scene) > 0, "the worker is alive")
        await end(worker)
    }

    @Test func hardTimeLimitKillsAnEndlessLoop() async throws {
        let scene = try Scene()
        let worker = try await scene.worker(concurrency: 1, pool: "processes")
        let before = try await pid(in: scene)
        let limit = Duration.milliseconds(300)
        #expect(try await failure(of: "spin", in: scene, hard: limit)?.type == "TimeLimitExceeded")
        #expect(try await pid(in: scene) != before)
        #expect(try await scene.broker.deadLetters(limit: 9).map(\.reason) == [.failed])
        let both = try await failure(of: "spin", in: scene, hard: limit, soft: .milliseconds(100))
        #expect(both?.type == "TimeLimitExceeded", "it does not hear the soft limit")
        await end(worker)
    }

    @Test func softTimeLimitLetsATaskCleanUp() async throws {
        let scene = try Scene()
        let worker = try await scene.worker(concurrency: 1, pool: "processes")
        let before = try await pid(in: scene)
        let failure = try await failure(of: "clean-up", in: scene, hard: .seconds(100), soft: .milliseconds(200))
        #expect(failure?.type == "SoftTimeLimitExceeded")
        #expect(try String(contentsOfFile: scene.effects, encoding: .utf8) == "cleaned up\n")
        #expect(try await pid(in: scene) == before)
        await end(worker)
    }

    @Test func errorsAndRetriesComeBackAsFromTheSameProcess() async throws {
        let scene = try Scene()
        let worker = try await scene.worker(concurrency: 1, pool: "processes")
        let failure = try await failure(of: "fail", [1], in: scene)
        #expect(failure == TaskFailure(type: "Failed", message: "no paper", module: "MartletTestWorker"))
        #expect(try await self.failure(of: "fail", ["one"], in: scene)?.type == "TypeError")
        let retries = try await scene.client.enqueue(Signature<Int>(task: "retry-once"))
        #expect(try await retries.value(timeout: .seconds(60)) == 1)
        _ = try await self.failure(of: "reject", in: scene)
        #expect(try await scene.broker.deadLetters(limit: 1).map(\.reason) == [.rejected])
        await end(worker)
    }

    @Test func processIsReplacedAfterSoManyTasks() async throws {
        let scene = try Scene()
        let worker = try await scene.worker(concurrency: 1, pool: "processes", "2")
        var pids: [Int] = []
        for _ in 0..<6 { pids.append(try await pid(in: scene)) }
        #expect(pids[0] == pids[1] && pids[2] == pids[3] && pids[4] == pids[5])
        #expect(Set(pids).count == 3)
        await end(worker)
    }

    @Test func processIsReplacedWhenItHoldsTooMuch() async throws {
        let scene = try Scene()
        let worker = try await scene.worker(concurrency: 1, pool: "processes", "-", "\(200 << 20)")
        let first = try await pid(in: scene)
        #expect(try await pid(in: scene) == first)
        let leak = try await scene.client.enqueue(Signature<Int>(task: "leak", arguments: [300 << 20]))
        #expect(try await leak.value(timeout: .seconds(60)) == first, "it ends the task that exceeds")
        #expect(try await pid(in: scene) != first)
        await end(worker)
    }

    @Test func killedProcessesLoseNothing() async throws {
        let scene = try Scene()
        let worker = try await scene.worker(concurrency: 4, pool: "processes")
        let signatures = (0..<200).map { Signature<Int>(task: "attempt", arguments: [$0]) }
        let result = try await scene.client.enqueue(group(signatures))
        let kills = Task {
            var count = 0
            while count < 12, let line = await worker.line(startingWith: "child ") {
                for _ in 0..<Int.random(in: 0...8) { await worker.line(startingWith: "attempt") }
                if let child = Int32(line.dropFirst(6)) { kill(child, SIGKILL) }
                count += 1
            }
            return count
        }
        #expect(try await result.value(timeout: .seconds(120)) == Array(0..<200))
        await end(worker)
        let count = await kills.value
        let numbers = try scene.numbers()
        #expect(Set(numbers) == Set(0..<200), "none is lost")
        #expect(numbers.count <= 200 + count, "only what a kill has hit is run again")
        #expect(try await scene.broker.depth(of: "celery").total == 0)
    }

    @Test func killedWorkerLeavesNoProcessBehind() async throws {
        let scene = try Scene()
        let worker = try await scene.worker(concurrency: 2, pool: "processes")
        _ = try await scene.client.enqueue(Signature<JSONValue>(task: "spin"))
        await worker.line(startingWith: "spinning")
        _ = try await pid(in: scene)
        worker.send(SIGKILL)
        #expect(await worker.waitForExit() == SIGKILL)
        #expect(
            await worker.line(startingWith: "nothing more") == nil, "the output is closed: nobody holds it any more")
    }

    @Test func terminatedWorkerLetsItsProcessesFinish() async throws {
        let scene = try Scene()
        let worker = try await scene.worker(concurrency: 1, pool: "processes")
        let running = try await scene.client.enqueue(Signature<String>(task: "hold", arguments: [0.5]))
        let child = try #require(await worker.line(startingWith: "child ").flatMap { Int32($0.dropFirst(6)) })
        await worker.line(startingWith: "holding")
        kill(child, SIGTERM)
        await end(worker)
        #expect(try await running.state() == .success)
    }

    @Test func taskHearsThatTheWorkerStops() async throws {
        let scene = try Scene()
        let worker = try await scene.worker(concurrency: 1, pool: "processes")
        let running = try await scene.client.enqueue(Signature<String>(task: "until-stopping"))
        await worker.line(startingWith: "holding")
        await end(worker)
        #expect(try await running.state() == .success)
    }

    @Test func processesThatDoNotStartEndTheWorker() async throws {
        let scene = try Scene()
        let worker = try await scene.worker(concurrency: 1, pool: "broken-processes")
        _ = try await scene.client.enqueue(Signature<Int>(task: "pid"))
        #expect(await worker.waitForExit() != 0)
        #expect(try await scene.broker.depth(of: "celery").ready == 1, "the task is handed back")
    }

    #if os(Linux)
    @Test func twoHundredProcessesLeaveNothingOpen() async throws {
        let scene = try Scene()
        let worker = try await scene.worker(concurrency: 4, pool: "processes", "1")
        let signatures = (0..<200).map { Signature<Int>(task: "attempt", arguments: [$0]) }
        _ = try await scene.client.enqueue(group(Array(signatures.prefix(8)))).value(timeout: .seconds(60))
        let before = try descriptors(of: worker.pid)
        _ = try await scene.client.enqueue(group(signatures)).value(timeout: .seconds(120))
        #expect(try descriptors(of: worker.pid) <= before + 8, "a process that is being replaced has one")
        #expect(try children(of: worker.pid) <= 12)
        await end(worker)
    }

    private func descriptors(of pid: Int32) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd").count
    }

    /// How many processes, ended ones that nobody has waited for among them, a process has started.
    private func children(of pid: Int32) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
            guard let stat = try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8) else { return false }
            let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
            return fields.count > 2 && fields[2] == "\(pid)"
        }.count
    }
    #endif
}
