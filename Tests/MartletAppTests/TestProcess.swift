import Foundation
import Testing

@testable import MartletApp

/// The test application, running with its data in a folder; its output as lines.
final class TestProcess: Sendable {
    let child: ChildProcess
    let folder: String
    let lines: AsyncStream<String>
    let exit: AsyncStream<Supervisor.ExitStatus>

    init(
        _ arguments: [String], in folder: String, environment: [String: String] = [:],
        executable: String = TestApplication.path
    ) throws {
        let (lines, line) = AsyncStream.makeStream(of: String.self)
        let (exit, ended) = AsyncStream.makeStream(of: Supervisor.ExitStatus.self)
        self.folder = folder
        self.lines = lines
        self.exit = exit
        let base = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "MARTLET_DATA": folder, "GATEWAY_PORT": "0",
        ]
        child = try ChildProcess(
            executable: executable, arguments: arguments,
            environment: base.merging(environment) { $1 },
            onLine: { line.yield($0) },
            onOutputEnd: { line.finish() },
            onExit: { status, _ in
                ended.yield(status)
                ended.finish()
            })
    }

    /// Waits for a line with a text; fails with all lines when the process ends before.
    @discardableResult
    func line(with text: String) async throws -> String {
        var seen: [String] = []
        for await line in lines {
            seen.append(line)
            if line.contains(text) { return line }
        }
        throw Missing(text: text, seen: seen)
    }

    func exitStatus() async -> Supervisor.ExitStatus? { await exit.first { _ in true } }
    func file() throws -> UpFile { try #require(try UpFile.read(in: folder)) }

    private struct Missing: Error {
        let text: String
        let seen: [String]
    }
}

/// Where the test application is: beside the tests.
enum TestApplication {
    static let path: String = {
        let here = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
        return here.appendingPathComponent("MartletTestApp").path
    }()
}
