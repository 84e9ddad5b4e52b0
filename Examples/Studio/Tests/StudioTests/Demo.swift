import Foundation

/// A run of the demo in a folder of its own and on free ports.
struct Demo {
    /// The exit code.
    let code: Int32
    /// What it printed.
    let output: String

    /// Runs it to its end.
    ///
    /// - Parameter database: The URL of its database; SQLite files when left out.
    static func run(_ arguments: [String], data: URL? = nil, database: String = "") async throws -> Demo {
        let folder = data ?? FileManager.default.temporaryDirectory.appending(path: "demo-\(UUID().uuidString)")
        defer { if data == nil { try? FileManager.default.removeItem(at: folder) } }
        let process = Process()
        process.executableURL = executable
        process.arguments = ["demo", "--data", folder.path] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["GATEWAY_PORT": "0", "DATABASE_URL": database]
        ) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        let (ends, end) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { end.yield($0.terminationStatus) }
        let (chunks, chunk) = AsyncStream.makeStream(of: Data.self)
        try process.run()
        // On a thread: the source of a `readabilityHandler` may still be armed when the file is closed.
        Thread.detachNewThread {
            while case let data = pipe.fileHandleForReading.availableData, !data.isEmpty { chunk.yield(data) }
            chunk.finish()
        }
        let output = await chunks.reduce(into: Data()) { $0.append($1) }
        let code = await ends.first { _ in true }
        return Demo(code: code ?? -1, output: String(decoding: output, as: UTF8.self))
    }

    /// A file of the example's samples.
    static func sample(_ name: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Sample/\(name)").standardizedFileURL
            .path
    }

    /// The executable beside the test bundle.
    private static var executable: URL {
        Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") }?.bundleURL.deletingLastPathComponent()
            .appending(path: "studio")
            ?? URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "studio")
    }
}
