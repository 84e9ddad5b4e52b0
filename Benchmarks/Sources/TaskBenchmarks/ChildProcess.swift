import Foundation

/// A process that is measured: its memory, and its end.
struct ChildProcess: ~Copyable {
    private let process = Process()

    /// Starts it; what it writes to standard error is shown.
    init(_ command: [String], environment: [String: String] = [:]) throws {
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = FileHandle.nullDevice
        try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    /// The resident memory in MB.
    var memory: Double { status("VmRSS") }
    /// The most there has been.
    var peakMemory: Double { status("VmHWM") }
    /// How many threads it has.
    var threads: Double { status("Threads") * 1024 }

    /// Ends it as a deployment does, and waits.
    func stop() {
        process.terminate()
        process.waitUntilExit()
    }

    private func status(_ field: String) -> Double {
        let text = (try? String(contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)) ?? ""
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(field):") }
        let number = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }
        return (number ?? 0) / 1024
    }

    /// Runs a command to its end and returns what it printed.
    static func output(_ command: [String], environment: [String: String] = [:]) throws -> Data {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchmarkError("'\(command.joined(separator: " "))' ended with \(process.terminationStatus)")
        }
        return data
    }
}
