import InMemoryLogging
import Logging
import MartletTasks
import MartletTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct TaskLogTests {
    private let log = InMemoryLogHandler()

    private func bench(faults: [Fault] = [], level: Logger.Level = .debug) -> TaskBench {
        var registry = TaskRegistry()
        registry.register("talk") { (context: TaskContext) in
            context.logger.info("hello")
            context.logger.debug("hello again", metadata: ["step": "2"])
            return 1
        }
        registry.register("talk-on") { (context: TaskContext, number: Int) in context.logger.info("hello") }
        registry.register("end", options: TaskOptions(expectedErrors: [Broken.self])) {
            (context: TaskContext, how: String) async throws -> Int in
            switch how {
            case "retry" where context.retries == 0: throw Retry(after: .seconds(1))
            case "snooze" where context.message.headers.eta == nil: throw Snooze(for: .seconds(3600))
            case "reject": throw Reject(reason: "no paper")
            case "ignore": throw Ignore()
            case "expected": throw Broken()
            case "fail": throw TaskError(.unsupported, "no")
            default: return 7
            }
        }
        var logger = Logger(label: "test") { _ in log }
        logger.logLevel = level
        return TaskBench(registry, faults: faults, logger: logger)
    }

    private func lines(of id: String) -> [InMemoryLogHandler.Entry] {
        log.entries.filter { $0.metadata["task_id"] == .string(id) }
    }

    @Test func everyLineOfATaskNamesIt() async throws {
        let bench = bench()
        let chain = Signature<Int>(task: "talk") | PartialSignature<Int, Void>(task: "talk-on")
        try await bench.client.enqueue(chain, headers: ["request_id": "r1"])
        try await bench.runUntilIdle()
        let messages = try bench.broker.publications.map { try TaskMessage(wire: $0.message) }
        let root = try #require(messages.first?.headers.rootID)
        let told: [[Logger.Message]] = messages.map { lines(of: $0.id).map(\.message) }
        #expect(told == [["hello", "hello again", "task succeeded"], ["hello", "task succeeded"]])
        for message in messages {
            for line in lines(of: message.id) {
                #expect(line.metadata["task"] == .string(message.task) && line.metadata["root_id"] == .string(root))
                #expect(line.metadata["request_id"] == "r1")
            }
        }
        #expect(lines(of: root)[1].metadata["step"] == "2")
    }

    @Test(arguments: [
        ("succeed", "task succeeded", Logger.Level.info), ("expected", "task failed as expected", .info),
        ("retry", "task will be retried", .warning), ("snooze", "task snoozed", .info),
        ("reject", "task rejected", .warning), ("ignore", "task ignored", .info), ("fail", "task failed", .error),
    ])
    func endIsOneLineOfItsLevel(_ how: String, _ message: String, _ level: Logger.Level) async throws {
        let bench = bench()
        try await bench.client.enqueue(Signature<Int>(task: "end", arguments: [how]), taskID: "one")
        try await bench.runUntilIdle()
        let line = try #require(lines(of: "one").first)
        #expect(lines(of: "one").count == 1)
        #expect("\(line.message)" == message && line.level == level)
        #expect(line.metadata["task"] == "end" && line.metadata["root_id"] == "one")
        if how == "expected" { #expect(line.metadata["error"]?.description.hasPrefix("Broken") == true) }
    }

    @Test func unknownTaskIsNamedToo() async throws {
        let bench = bench()
        try await bench.client.send("nobody", taskID: "one")
        try await bench.runUntilIdle()
        let line = try #require(lines(of: "one").first)
        #expect(line.level == .error && line.metadata["task"] == "nobody" && line.metadata["root_id"] == "one")
    }

    @Test func deliveryThatIsNotReportedIsNamed() async throws {
        let bench = bench(faults: [.fail(.settle, on: 1)])
        try await bench.client.enqueue(Signature<Void>(task: "talk"), taskID: "one")
        try await bench.runUntilIdle()
        let line = try #require(lines(of: "one").last)
        #expect(line.message == "a delivery could not be reported and will be repeated")
        #expect(line.metadata["task"] == "talk" && line.metadata["error"] != nil)
    }

    @Test func levelOfTheWorkersLoggerIsThatOfItsTasks() async throws {
        let bench = bench(level: .error)
        try await bench.client.enqueue(Signature<Void>(task: "talk"))
        try await bench.client.enqueue(Signature<Int>(task: "end", arguments: ["fail"]), taskID: "one")
        try await bench.runUntilIdle()
        #expect(log.entries.map(\.message) == ["task failed"])
    }
}
