import Foundation

/// Type-checks a piece of source against the modules that the tests were built from, and returns what the compiler says.
struct CompilerProbe {
    private let compiler: URL
    private let build: URL
    private let package: URL

    struct Unavailable: Error, CustomStringConvertible {
        let description: String
    }

    /// Finds the compiler in the path, and the build folder above this program.
    init() throws {
        package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        build = try Self.buildFolder()
        compiler = try Self.compiler()
    }

    /// The compiler's diagnostics for the source, together with the models of these tests.
    func diagnostics(for source: String, options: [String] = []) async throws -> String {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-probe-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("Probe.swift")
        try "import MartletORM\n\(source)\n".write(to: file, atomically: true, encoding: .utf8)
        let models = try Self.models(in: package, movedTo: folder)
        let arguments =
            [
                "-typecheck", "-swift-version", "6", "-module-name", "Probe", "-diagnostic-style", "llvm",
                "-module-cache-path", build.appendingPathComponent("ModuleCache").path,
                "-I", build.appendingPathComponent("Modules").path, "-load-plugin-executable",
                "\(build.appendingPathComponent("MartletMacros-tool").path)#MartletMacros",
            ] + options + [file.path, models.path]
        return try await run(arguments)
    }

    /// Runs the compiler on a thread of its own, since waiting for it would hold up every other test.
    private func run(_ arguments: [String]) async throws -> String {
        let compiler = self.compiler
        return try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        let process = Process()
                        let output = Pipe()
                        process.executableURL = compiler
                        process.arguments = arguments
                        process.standardError = output
                        process.standardOutput = output
                        try process.run()
                        let data = output.fileHandleForReading.readDataToEndOfFile()
                        process.waitUntilExit()
                        return String(decoding: data, as: UTF8.self)
                    })
            }
        }
    }

    /// The models alone, without the database that fills them, so that only MartletORM is imported.
    private static func models(in package: URL, movedTo folder: URL) throws -> URL {
        let original = package.appendingPathComponent("Tests/MartletORMTests/Models/Billing.swift")
        var text = try String(contentsOf: original, encoding: .utf8)
        if let end = text.range(of: "enum Billing {") { text = String(text[..<end.lowerBound]) }
        text = text.replacingOccurrences(of: "import MartletSQLite\n", with: "")
        let file = folder.appendingPathComponent("Billing.swift")
        try text.write(to: file, atomically: true, encoding: .utf8)
        return file
    }

    private static func buildFolder() throws -> URL {
        let programs = [Bundle.main.executableURL, URL(fileURLWithPath: CommandLine.arguments[0])]
        for program in programs.compactMap({ $0 }) + Bundle.allBundles.map(\.bundleURL) {
            var folder = program.resolvingSymlinksInPath()
            while folder.path != "/" {
                folder = folder.deletingLastPathComponent()
                let tool = folder.appendingPathComponent("MartletMacros-tool").path
                if FileManager.default.fileExists(atPath: tool) { return folder }
            }
        }
        throw Unavailable(description: "no folder above \(CommandLine.arguments[0]) has MartletMacros-tool")
    }

    private static func compiler() throws -> URL {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin"
        for folder in path.split(separator: ":") {
            let program = URL(fileURLWithPath: String(folder)).appendingPathComponent("swiftc")
            if FileManager.default.isExecutableFile(atPath: program.path) { return program }
        }
        throw Unavailable(description: "swiftc is in no folder of PATH: \(path)")
    }
}
