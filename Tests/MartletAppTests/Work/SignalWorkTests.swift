import Foundation
import MartletSQLite
import MartletTasks
import Testing

@testable import MartletApp

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What `work` does on signals beside stopping, and what its options do to the worker.
@Suite(.serialized, .timeLimit(.minutes(3))) struct SignalWorkTests {
    private func client(in folder: String) throws -> TaskClient {
        let path = folder + "/tasks.sqlite"
        return TaskClient(broker: try SQLiteBroker(path: path), results: try SQLiteResultBackend(path: path))
    }

    /// Starts a worker and hands it to `body` when it is ready.
    private func withWorker(
        _ options: [String] = [], _ environment: [String: String] = [:],
        _ body: (TestProcess, TaskClient, String) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            let variables = ["LOG_FORMAT": "logfmt"].merging(environment) { $1 }
            let client = try client(in: folder)
            let work = try TestProcess(["work"] + options, in: folder, environment: variables)
            let ready = try await work.line(with: "worker ready")
            try await body(work, client, ready)
        }
    }

    @Test func `SIGHUP lets what runs end and starts the program anew in the same process`() async throws {
        try await withWorker { work, client, _ in
            let running = try await client.send("counter.hold", arguments: [0.3])
            try await work.line(with: "holding")
            kill(work.child.pid, SIGHUP)
            try await work.line(with: "starting anew")
            #expect(try await running.state() == .success)
            try await work.line(with: "worker ready")
            let pid = try await client.send("counter.pid").value(timeout: .seconds(30))
            #expect(pid == .integer(Int(work.child.pid)))
            work.child.terminate()
            #expect(await work.exitStatus() == .code(0))
        }
    }

    @Test func `SIGTERM after SIGHUP stops for good`() async throws {
        try await withWorker(["--drain-timeout", "3600"]) { work, client, _ in
            try await client.send("counter.hold", arguments: [3600])
            try await work.line(with: "holding")
            kill(work.child.pid, SIGHUP)
            try await work.line(with: "stage=warm")
            kill(work.child.pid, SIGTERM)
            try await work.line(with: "stage=soft")
            kill(work.child.pid, SIGTERM)
            #expect(await work.exitStatus() == .code(0))
        }
    }

    @Test func `SIGUSR1 tells what runs`() async throws {
        try await withWorker(["--hostname", "pdf1@%n"]) { work, client, ready in
            let name = NodeName("pdf1@%n").description
            #expect(ready.contains("node=\(name)"))
            let running = try await client.send("counter.hold", arguments: [3600])
            try await work.line(with: "holding")
            kill(work.child.pid, SIGUSR1)
            let summary = try await work.line(with: "what the worker does")
            #expect(summary.contains("running=1") && summary.contains("node=\(name)"))
            let line = try await work.line(with: "msg=running")
            #expect(line.contains("task=counter.hold") && line.contains("task_id=\(running.id)"))
            kill(work.child.pid, SIGQUIT)
            #expect(await work.exitStatus() == .code(0))
        }
    }

    @Test func `REMAP_SIGTERM makes SIGTERM a cold stop`() async throws {
        try await withWorker(["--drain-timeout", "3600"], ["REMAP_SIGTERM": "SIGQUIT"]) { work, client, _ in
            try await client.send("counter.hold", arguments: [3600])
            try await work.line(with: "holding")
            work.child.terminate()
            #expect(await work.exitStatus() == .code(0))
            #expect(try await client.broker.depth(of: "celery").ready == 1)
        }
    }

    @Test func `--purge drops what waits`() async throws {
        try await withTemporaryFolder { folder in
            let client = try client(in: folder)
            let old = try await client.send("counter.pid")
            let elsewhere = try await client.send("counter.pid", queue: "other")
            let work = try TestProcess(["work", "--purge"], in: folder, environment: ["LOG_FORMAT": "logfmt"])
            let line = try await work.line(with: "queue purged")
            #expect(line.contains("queue=celery") && line.contains("messages=1"))
            _ = try await client.send("counter.pid").value(timeout: .seconds(30))
            #expect(try await old.state() == .pending)
            #expect(try await client.broker.depth(of: "other").ready == 1)
            _ = elsewhere
            work.child.terminate()
            #expect(await work.exitStatus() == .code(0))
        }
    }

    @Test func `--pool processes runs tasks in processes of their own`() async throws {
        let options = ["--pool", "processes", "--concurrency", "1"]
        try await withWorker(options, ["WORKER_MAX_TASKS_PER_CHILD": "2"]) { work, client, _ in
            var pids: [JSONValue] = []
            for _ in 1...3 { pids.append(try await client.send("counter.pid").value(timeout: .seconds(60))) }
            #expect(!pids.contains(.integer(Int(work.child.pid))))
            #expect(pids[0] == pids[1] && pids[1] != pids[2])
            work.child.terminate()
            #expect(await work.exitStatus() == .code(0))
        }
    }

    #if os(Linux)
    /// Whether a process may have a namespace of its own here.
    static let mayUnshare: Bool = {
        let probe = Process()
        probe.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
        probe.arguments = ["--pid", "--fork", "--mount-proc", "true"]
        probe.standardError = FileHandle.nullDevice
        guard (try? probe.run()) != nil else { return false }
        probe.waitUntilExit()
        return probe.terminationStatus == 0
    }()

    @Test(.enabled(if: SignalWorkTests.mayUnshare, "unshare --pid is not permitted here"))
    func `the first process of a container stops on SIGTERM and reaps what is left to it`() async throws {
        try await withTemporaryFolder { folder in
            let client = try client(in: folder)
            let arguments = ["--pid", "--fork", "--mount-proc", TestApplication.path, "work"]
            let work = try TestProcess(
                arguments, in: folder, environment: ["LOG_FORMAT": "logfmt", "LOG_LEVEL": "debug"],
                executable: "/usr/bin/unshare")
            try await work.line(with: "worker ready")
            #expect(try await client.send("counter.pid").value(timeout: .seconds(30)) == 1)
            _ = try await client.send("counter.orphan").value(timeout: .seconds(30))
            try await work.line(with: "orphan reaped")
            kill(try #require(try Self.child(of: work.child.pid)), SIGTERM)
            #expect(await work.exitStatus() == .code(0))
        }
    }

    private static func child(of parent: pid_t) throws -> pid_t? {
        try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }.first { pid in
            guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
            let fields = stat[(stat.lastIndex(of: ")") ?? stat.startIndex)...].split(separator: " ")
            return fields.count > 2 && fields[2] == "\(parent)"
        }
    }
    #endif
}
