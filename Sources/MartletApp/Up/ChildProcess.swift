import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// A process started by this one: its output as lines, its end as an event.
///
/// The child's standard input is a pipe that this process holds open; when this process dies, however it dies, the child
/// reads the end of it and stops (see ``ParentWatch``).
final class ChildProcess: Sendable {
    let pid: Int32
    private let process: Process
    private let lifeline: Pipe
    private let started = ContinuousClock.now

    /// Held while a process is started.
    ///
    /// Foundation learns of a child's end by a socket that only this child holds. Were two started at once, one could
    /// inherit the other's socket, and the other's end would be noticed only when both are gone.
    private static let starting = Mutex(())

    /// Starts a process.
    ///
    /// - Parameters:
    ///   - onLine: Called with each line of output and errors, from any thread.
    ///   - onOutputEnd: Called once, after the last line, which may come later than its end.
    ///   - onExit: Called once, with how it ended and how long it ran.
    /// - Throws: What the system says when the executable cannot be started.
    init(
        executable: String, arguments: [String], environment: [String: String],
        onLine: @escaping @Sendable (String) -> Void,
        onOutputEnd: @escaping @Sendable () -> Void = {},
        onExit: @escaping @Sendable (Supervisor.ExitStatus, Duration) -> Void
    ) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: executable)
        process.arguments = arguments
        process.environment = environment.merging([ParentWatch.variable: "1"]) { $1 }
        let lifeline = Pipe()
        let output = Pipe()
        process.standardInput = lifeline
        process.standardOutput = output
        process.standardError = output
        let started = started
        process.terminationHandler = { process in
            let status: Supervisor.ExitStatus =
                process.terminationReason == .uncaughtSignal
                ? .signal(process.terminationStatus) : .code(process.terminationStatus)
            onExit(status, ContinuousClock.now - started)
        }
        try Self.starting.withLock { _ in try process.run() }
        Self.read(output.fileHandleForReading, onLine, onOutputEnd)
        self.process = process
        self.lifeline = lifeline
        pid = process.processIdentifier
    }

    /// Asks it to stop (SIGTERM).
    func terminate() { kill(SIGTERM) }

    /// Ends it at once (SIGKILL).
    func kill() { kill(SIGKILL) }

    private func kill(_ signal: Int32) {
        guard process.isRunning else { return }
        #if canImport(Glibc)
        _ = Glibc.kill(pid, signal)
        #else
        _ = Darwin.kill(pid, signal)
        #endif
    }

    /// Reads to the end on a thread of its own.
    ///
    /// Not by `readabilityHandler`: its source may still be armed when the file is closed, and then Dispatch crashes.
    private static func read(
        _ handle: FileHandle, _ onLine: @escaping @Sendable (String) -> Void, _ onEnd: @escaping @Sendable () -> Void
    ) {
        Thread.detachNewThread {
            var lines = OutputLines()
            while case let data = handle.availableData, !data.isEmpty { lines.add(data).forEach(onLine) }
            lines.end().forEach(onLine)
            onEnd()
        }
    }
}

/// Cuts what a process writes into lines, without those that are empty.
private struct OutputLines {
    private var rest: [UInt8] = []

    mutating func add(_ data: Data) -> [String] {
        rest += data
        var lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        rest = Array(lines.removeLast())
        return lines.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The last line, when no line feed ended it.
    mutating func end() -> [String] { add(Data("\n".utf8)) }
}
