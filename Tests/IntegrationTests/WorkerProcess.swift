import Foundation
import Synchronization

/// A worker in a process of its own, whose output lines a test waits for.
final class WorkerProcess: Sendable {
    private struct State {
        var lines: [String] = []
        var rest = ""
        var isClosed = false
        var waiters: [(prefix: String, continuation: CheckedContinuation<String?, Never>)] = []
    }

    private let state = Mutex(State())
    private let process: Mutex<Process>
    private let exit: AsyncStream<Int32>
    /// Its end kills the process, so that it does not outlive the test run, however that ends.
    ///
    /// A process that lived on would hold the run's output open, and who reads that would wait. Nothing is written to it.
    private let input = Pipe()
    /// Held while one is started: what is started beside it would inherit the sockets and pipes by which Foundation sees
    /// that it has ended, and then nobody would.
    private static let starting = Mutex(())

    /// Starts the worker and waits until it is ready.
    ///
    /// - Parameters:
    ///   - pool: Further arguments, which choose a pool of processes.
    ///   - environment: Variables beside those of the test.
    init(
        database: String, effects: String, concurrency: Int = 8, pool: [String] = [],
        environment: [String: String] = [:]
    ) async throws {
        let process = Process()
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.environment?["ENDS_WITH_INPUT"] = "1"
        process.standardInput = input
        let directory = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        process.executableURL = directory.appending(path: "MartletTestWorker")
        process.arguments = [database, effects, "\(concurrency)"] + pool
        let (exit, ended) = AsyncStream<Int32>.makeStream()
        self.exit = exit
        process.terminationHandler = {
            ended.yield($0.terminationStatus)
            ended.finish()
        }
        let reader = try Self.starting.withLock { _ in
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            return output.fileHandleForReading
        }
        self.process = Mutex(process)
        Thread.detachNewThread { [self] in
            while case let data = reader.availableData, !data.isEmpty { accept(data) }
            accept(Data())
            try? reader.close()
        }
        guard await line(startingWith: "ready") != nil else { throw WorkerDidNotStart() }
    }

    struct WorkerDidNotStart: Error {}

    /// Waits for a line that begins with a text; `nil` if the process ends before.
    @discardableResult
    func line(startingWith prefix: String) async -> String? {
        await withCheckedContinuation { continuation in
            let found = state.withLock { state -> String?? in
                if let index = state.lines.firstIndex(where: { $0.hasPrefix(prefix) }) {
                    return .some(state.lines.remove(at: index))
                }
                if state.isClosed { return .some(nil) }
                state.waiters.append((prefix, continuation))
                return nil
            }
            if let found { continuation.resume(returning: found) }
        }
    }

    /// The id of the process.
    var pid: Int32 { process.withLock { $0.processIdentifier } }

    func send(_ signal: Int32) { process.withLock { _ = kill($0.processIdentifier, signal) } }

    /// Kills it as the end of the test run does.
    func abandon() { try? input.fileHandleForWriting.close() }

    /// Waits until the process has ended and returns its exit code, or the number of the signal that ended it.
    func waitForExit() async -> Int32 {
        for await status in exit { return status }
        return -1
    }

    private func accept(_ data: Data) {
        let ready = state.withLock { state -> [(CheckedContinuation<String?, Never>, String?)] in
            state.isClosed = data.isEmpty
            state.rest += String(decoding: data, as: UTF8.self)
            var lines = state.rest.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            state.rest = lines.popLast() ?? ""
            state.lines += lines
            var ready: [(CheckedContinuation<String?, Never>, String?)] = []
            state.waiters.removeAll { waiter in
                if let index = state.lines.firstIndex(where: { $0.hasPrefix(waiter.prefix) }) {
                    ready.append((waiter.continuation, state.lines.remove(at: index)))
                    return true
                }
                if state.isClosed { ready.append((waiter.continuation, nil)) }
                return state.isClosed
            }
            return ready
        }
        for (waiter, line) in ready { waiter.resume(returning: line) }
    }
}
