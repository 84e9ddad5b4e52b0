import Foundation
import MartletSQLite
import MartletServices
import MartletTasks
import Testing

@testable import MartletApp

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// `work` with real processes: signals, and what is said when it cannot start.
@Suite(.serialized, .timeLimit(.minutes(3))) struct WorkTests {
    /// A start that cannot succeed.
    struct WrongStart: Sendable, CustomStringConvertible {
        var arguments: [String] = []
        var environment: [String: String] = [:]
        let text: String
        let code: Int32

        var description: String { (environment.map { "\($0)=\($1)" } + arguments).joined(separator: " ") }
    }

    static let wrong: [WrongStart] = [
        WrongStart(arguments: ["--concurrency", "0"], text: "concurrency 0 runs nothing", code: 64),
        WrongStart(arguments: ["--concurrency=-1"], text: "--concurrency is '-1'", code: 64),
        WrongStart(arguments: ["--concurrency", "abc"], text: "'abc' is no concurrency", code: 64),
        WrongStart(arguments: ["--concurrency", "8-2"], text: "upside down", code: 64),
        WrongStart(arguments: ["--prefetch", "many"], text: "--prefetch is 'many'", code: 64),
        WrongStart(arguments: ["--pool", "gevent"], text: "gevent", code: 64),
        WrongStart(arguments: ["--colour"], text: "Unknown option '--colour'", code: 64),
        WrongStart(arguments: ["--services", "nosuch"], text: "There is no service 'nosuch'", code: 64),
        WrongStart(arguments: ["--queues", "a", "--exclude-queues", "a"], text: "both chosen and excluded", code: 64),
        WrongStart(arguments: ["--exclude-queues", "nobody"], text: "'nobody' is none of this worker's", code: 64),
        WrongStart(arguments: ["--exclude-queues", "celery"], text: "all queues are excluded", code: 64),
        WrongStart(arguments: ["--queues", ","], text: "without queues receives nothing", code: 64),
        WrongStart(arguments: ["--queues", "a b\u{7}"], text: "is no name of a queue", code: 64),
        WrongStart(arguments: ["--time-limit", "-3"], text: "time-limit", code: 64),
        WrongStart(arguments: ["--time-limit", "0"], text: "a time limit of 0", code: 64),
        WrongStart(
            arguments: ["--time-limit", "1", "--soft-time-limit", "2"], text: "is never reached before", code: 64),
        WrongStart(environment: ["WORKER_CONCURRENCY": "many"], text: "WORKER_CONCURRENCY is 'many'", code: 78),
        WrongStart(environment: ["WORKER_PREFETCH": "-1"], text: "WORKER_PREFETCH is '-1'", code: 78),
        WrongStart(environment: ["WORKER_DRAIN_TIMEOUT": "soon"], text: "WORKER_DRAIN_TIMEOUT is 'soon'", code: 78),
        WrongStart(environment: ["WORKER_EXCLUDE_QUEUES": "nobody"], text: "'nobody' is none", code: 78),
        WrongStart(arguments: ["--hostname", "a@%x"], text: "has %x in it", code: 64),
        WrongStart(environment: ["WORKER_HOSTNAME": "a b"], text: "is no name of a worker", code: 78),
        WrongStart(environment: ["REMAP_SIGTERM": "SIGKILL"], text: "REMAP_SIGTERM is 'SIGKILL'", code: 78),
        WrongStart(
            environment: ["WORKER_POOL": "processes", "WORKER_CHILD_END_TIMEOUT": "0"], text: "endTimeout of 0",
            code: 78),
        WrongStart(environment: ["WORKER_PORT": "99999"], text: "WORKER_PORT is '99999'", code: 78),
        WrongStart(environment: ["MARTLET_CONFIG": "/nowhere.json"], text: "which MARTLET_CONFIG names", code: 78),
        WrongStart(environment: ["COUNTER_BROKEN": "1"], text: "COUNTER_BROKEN is set", code: 78),
        WrongStart(environment: ["SHOP_DUPLICATE": "1"], text: "two tasks are registered as 'counter.hold'", code: 70),
        WrongStart(environment: ["MARTLET_DATA": "/dev/null/data"], text: "/dev/null/data cannot be made", code: 73),
        WrongStart(environment: ["MARTLET_DATA": "/dev/null"], text: "/dev/null", code: 73),
    ]

    @Test(arguments: wrong)
    func `a wrong start says what is wrong and has its exit code`(_ start: WrongStart) async throws {
        try await withTemporaryFolder { folder in
            let work = try TestProcess(["work"] + start.arguments, in: folder, environment: start.environment)
            try await work.line(with: start.text)
            #expect(await work.exitStatus() == .code(start.code))
        }
    }

    @Test func `a task store that is no database is said`() async throws {
        try await withTemporaryFolder { folder in
            try String(repeating: "no database ", count: 500).write(
                toFile: folder + "/tasks.sqlite", atomically: true, encoding: .utf8)
            let work = try TestProcess(["work"], in: folder)
            try await work.line(with: "The file is no SQLite database")
            #expect(await work.exitStatus() == .code(65))
        }
    }

    @Test func `a task store that is a folder is said`() async throws {
        try await withTemporaryFolder { folder in
            try FileManager.default.createDirectory(atPath: folder + "/tasks.sqlite", withIntermediateDirectories: true)
            let work = try TestProcess(["work"], in: folder)
            try await work.line(with: "Check that its folder exists")
            #expect(await work.exitStatus() == .code(73))
        }
    }

    @Test func `a full disk is said`() async throws {
        try await withTemporaryFolder { folder in
            let script = "ulimit -f 2; trap '' XFSZ; exec '\(TestApplication.path)' work"
            let work = try TestProcess(["-c", script], in: folder, executable: "/bin/bash")
            try await work.line(with: "Check that the disk is not full")
            #expect(await work.exitStatus() == .code(74))
        }
    }

    @Test func `a port that is taken is said`() async throws {
        try await withTemporaryFolder { folder in
            let first = try TestProcess(["work"], in: folder, environment: ["LOG_FORMAT": "logfmt"])
            let line = try await first.line(with: "msg=listening")
            let port = String(try #require(line.firstMatch(of: /url=http:\/\/[^:]+:(\d+)/)?.output.1))
            let second = try TestProcess(["work", "--port", port], in: folder)
            try await second.line(with: port)
            #expect(await second.exitStatus() == .code(69))
            first.child.terminate()
            #expect(await first.exitStatus() == .code(0))
        }
    }

    /// Starts a worker that runs a task, and hands it to `body`.
    private func withHolding(
        _ task: String, _ arguments: [JSONValue] = [], _ options: [String] = [],
        _ body: (TestProcess, TaskClient, AsyncResult<JSONValue>) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/tasks.sqlite"
            let work = try TestProcess(["work"] + options, in: folder, environment: ["LOG_FORMAT": "logfmt"])
            let client = TaskClient(
                broker: try SQLiteBroker(path: path), results: try SQLiteResultBackend(path: path))
            let sent = try await client.send(task, arguments: arguments)
            try await work.line(with: "holding")
            try await body(work, client, sent)
        }
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func `one signal lets what runs end`(_ signal: Int32) async throws {
        try await withHolding("counter.hold", [1]) {
            (work: TestProcess, _: TaskClient, sent: AsyncResult<JSONValue>) async throws -> Void in
            kill(work.child.pid, signal)
            #expect(await work.exitStatus() == .code(0))
            let state = try await sent.state()
            #expect(state == .success)
        }
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGQUIT])
    func `an idle worker stops in order`(_ signal: Int32) async throws {
        try await withTemporaryFolder { folder in
            for _ in 1...4 {
                let work = try TestProcess(
                    ["serve", "--migrate", "--work"], in: folder, environment: ["LOG_FORMAT": "logfmt"])
                try await work.line(with: "msg=listening")
                kill(work.child.pid, signal)
                #expect(await work.exitStatus() == .code(0))
            }
        }
    }

    @Test func `the application's middleware and formats are those of its tasks`() async throws {
        try await withTemporaryFolder { folder in
            let path = folder + "/tasks.sqlite"
            let work = try TestProcess(["work"], in: folder, environment: ["LOG_FORMAT": "logfmt"])
            let client = TaskClient(
                broker: try SQLiteBroker(path: path), results: try SQLiteResultBackend(path: path))
            _ = try await client.send("counter.send-pid")
            try await work.line(with: "sent by test-app as application/x-msgpack")
            work.child.terminate()
            #expect(await work.exitStatus() == .code(0))
        }
    }

    @Test func `a third signal hands back what runs`() async throws {
        try await withHolding("counter.hold", [3600], ["--drain-timeout", "3600"]) {
            (work: TestProcess, client: TaskClient, sent: AsyncResult<JSONValue>) async throws -> Void in
            for _ in 1...3 { try await signal(SIGTERM, work) }
            #expect(await work.exitStatus() == .code(0))
            #expect(try await sent.state() == .pending)
            let depth = try await client.broker.depth(of: "celery")
            #expect(depth.ready == 1)
        }
    }

    @Test func `SIGQUIT hands back what runs at once`() async throws {
        try await withHolding("counter.hold", [3600], ["--drain-timeout", "3600"]) {
            (work: TestProcess, client: TaskClient, _: AsyncResult<JSONValue>) async throws -> Void in
            kill(work.child.pid, SIGQUIT)
            #expect(await work.exitStatus() == .code(0))
            let depth = try await client.broker.depth(of: "celery")
            #expect(depth.ready == 1)
        }
    }

    @Test func `a drain time-out hands back what runs`() async throws {
        try await withHolding("counter.hold", [3600], ["--drain-timeout", "0.1"]) {
            (work: TestProcess, client: TaskClient, _: AsyncResult<JSONValue>) async throws -> Void in
            work.child.terminate()
            #expect(await work.exitStatus() == .code(0))
            let depth = try await client.broker.depth(of: "celery")
            #expect(depth.ready == 1)
        }
    }

    @Test func `a fourth signal ends the process whatever runs`() async throws {
        try await withHolding("counter.stubborn") {
            (work: TestProcess, _: TaskClient, _: AsyncResult<JSONValue>) async throws -> Void in
            for _ in 1...4 { try await signal(SIGTERM, work) }
            #expect(await work.exitStatus() == .code(75))
        }
    }

    /// Sends a signal and waits until the process has taken it: signals of one kind that are pending count once.
    private func signal(_ signal: Int32, _ work: TestProcess) async throws {
        kill(work.child.pid, signal)
        try await work.line(with: "stopping")
    }
}
