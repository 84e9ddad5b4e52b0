import Foundation
import MartletApp
import MartletServices

/// This executable's `up` as a child process, its output in a file.
final class UpProcess: Sendable {
    private let folder: String
    private let process: Process
    private let lifeline = Pipe()
    private let exited: AsyncStream<Void>

    /// Starts it on a folder of data.
    init(folder: String) throws {
        self.folder = folder
        process = Process()
        process.executableURL = URL(filePath: CommandLine.arguments[0]).standardizedFileURL
        if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") {
            process.executableURL = URL(filePath: path)
        }
        process.arguments = ["up"]
        var environment = ProcessInfo.processInfo.environment
        environment["MARTLET_DATA"] = folder
        environment["GATEWAY_PORT"] = environment["GATEWAY_PORT"] ?? (Self.isFree(port: 8080) ? "8080" : "0")
        // `up` ends when this pipe does, so nothing goes on when the demo is killed.
        environment["MARTLET_WATCH_PARENT"] = "1"
        process.standardInput = lifeline
        process.environment = environment
        try Data().write(to: URL(filePath: Self.log(in: folder)))
        let log = try FileHandle(forWritingTo: URL(filePath: Self.log(in: folder)))
        process.standardOutput = log
        process.standardError = log
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        exited = stream
        process.terminationHandler = { _ in continuation.finish() }
        try process.run()
    }

    /// Waits until every process is ready.
    ///
    /// - Throws: ``DemoError`` with the end of the log when it ends, or is not ready in time.
    func ready(within limit: Duration) async throws -> UpFile {
        try await poll(limit, "Studio did not start within \(limit)") { $0.isReady }
    }

    /// Kills the worker, and waits until another one is ready.
    func killWorker() async throws -> (killed: Int32, next: Int32) {
        guard let old = try UpFile.read(in: folder)?["worker"]?.pid else { throw failure("There is no worker to kill") }
        kill(old, SIGKILL)
        let file = try await poll(.seconds(60), "No worker came back within a minute") { file in
            file["worker"].map { $0.pid != old && $0.state == "ready" } ?? false
        }
        return (old, file["worker"]?.pid ?? 0)
    }

    /// Asks it to stop, and waits until it has.
    func stop() async {
        if process.isRunning { process.terminate() }
        await waitUntilExit()
    }

    /// Waits until it has ended.
    func waitUntilExit() async {
        for await _ in exited {}
    }

    /// The file that has its output.
    static func log(in folder: String) -> String { folder + "/up.log" }

    private func poll(_ limit: Duration, _ problem: String, until done: (UpFile) -> Bool) async throws -> UpFile {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if let file = try? UpFile.read(in: folder), done(file) { return file }
            guard process.isRunning else { throw failure("Studio ended with exit code \(process.terminationStatus)") }
            try await Task.sleep(for: .milliseconds(20))
        }
        throw failure(problem)
    }

    private func failure(_ problem: String) -> DemoError {
        let log = FileManager.default.contents(atPath: Self.log(in: folder)).map { String(decoding: $0, as: UTF8.self) }
        let tail = (log ?? "").split(separator: "\n").suffix(15).joined(separator: "\n")
        return DemoError("\(problem). The end of \(Self.log(in: folder)):\n\(tail)")
    }

    /// Whether nobody listens on a port of this machine.
    private static func isFree(port: UInt16) -> Bool {
        #if canImport(Glibc)
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        #else
        let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var reuse: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
