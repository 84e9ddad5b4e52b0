import MartletTesting
import Testing

@testable import MartletTasks

/// The name of a worker, where it is told, and what the worker tells of what it runs.
@Suite(.timeLimit(.minutes(1))) struct NodeNameTests {
    @Test(arguments: [
        ("celery@%h", "celery@box.example.com"), ("pdf1@%n", "pdf1@box"), ("w@%d", "w@example.com"),
        ("pdf", "celery@pdf"), ("%n", "celery@box"), ("100%%@%h", "100%@box.example.com"),
    ])
    func templateIsExpanded(template: String, name: String) throws {
        #expect(try NodeName(template).expanded(host: "box.example.com") == name)
    }

    @Test(arguments: [
        ("", "is no name of a worker"), ("a@", "is no name"), ("@b", "is no name"), ("a@b@c", "is no name"),
        ("a b@c", "is no name"), ("a@%x", "has %x in it"), ("a@b%", "has % in it"),
        ("\u{7}@b", "is no name"), (String(repeating: "n", count: 300), "is no name"),
    ])
    func wrongNameIsSaidBeforeTheStart(template: String, text: String) async {
        var options = WorkerOptions()
        options.node = NodeName(template)
        let worker = Worker(
            registry: TaskRegistry(), client: TaskClient(broker: MemoryBroker(), results: MemoryResultBackend()),
            options: options)
        await #expect { try await worker.run() } throws: {
            ($0 as? TaskError)?.code == .misconfigured && "\($0)".contains(text)
        }
    }

    @Test func nameIsInStartedAndInTheResult() async throws {
        let bench = Bench()
        let gate = Gate()
        var registry = TaskRegistry()
        registry.register("t", options: TaskOptions(tracksStarted: true)) { await gate.pass() }
        var options = WorkerOptions(drainTimeout: .milliseconds(200))
        options.node = "pdf1@%n"
        options.extendsResults = true
        let name = options.node.description
        #expect(name.hasPrefix("pdf1@") && !name.contains("%"))
        try await bench.run(registry, options: options) { worker in
            #expect(worker.node == name)
            let result = try await bench.client.send("t")
            await gate.waitForArrival()
            let started = try await bench.client.results.fetch([result.id])[result.id]
            #expect(started?.state == .started && started?.value["hostname"] == .string(name))
            gate.open()
            _ = try await result.value()
            #expect(try await bench.client.results.fetch([result.id])[result.id]?.worker == name)
        }
    }

    @Test func workerTellsWhatItRunsAndSinceWhen() async throws {
        let clock = VirtualClock()
        let bench = Bench(time: clock.time)
        let gate = Gate()
        let log = LogRecorder()
        var registry = TaskRegistry()
        registry.register("reports.pdf") { await gate.pass() }
        try await bench.run(registry, options: WorkerOptions(), logger: log.logger) { worker in
            #expect(worker.runningTasks.isEmpty)
            let result = try await bench.client.send("reports.pdf")
            await gate.waitForArrival()
            clock.advance(by: .milliseconds(1_500))
            let running = try #require(worker.runningTasks.first)
            #expect(worker.runningTasks.count == 1)
            #expect(running.id == result.id && running.task == "reports.pdf" && running.retries == 0)
            worker.logRunningTasks()
            let line = try #require(log.lines.first { $0.message == "running" })
            #expect(line.metadata["task_id"] == result.id && line.metadata["seconds"] == "1.5")
            #expect(log.lines.contains { $0.message == "what the worker does" && $0.metadata["running"] == "1" })
            gate.open()
            _ = try await result.value()
        }
    }
}
