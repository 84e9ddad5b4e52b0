import Foundation

/// Type-checks sources against the modules that the tests were built from, and returns what the compiler says.
///
/// A run of the compiler costs a second or more: give it many sources at once.
package struct CompilerProbe: Sendable {
    private let compiler: URL
    private let build: URL

    package struct Unavailable: Error, CustomStringConvertible {
        package let description: String
    }

    /// Finds the compiler in the path, and the build folder above this program.
    package init() throws {
        build = try Self.buildFolder()
        compiler = try Self.compiler()
    }

    /// Type-checks the sources as one module, named `Probe`.
    package func compile(_ sources: [SourceFile], options: [String] = []) async throws -> Compilation {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-probe-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = try sources.map { source in
            let file = folder.appendingPathComponent(source.name)
            try source.text.write(to: file, atomically: true, encoding: .utf8)
            return file.path
        }
        let serialized = folder.appendingPathComponent("Probe.dia")
        let outputs = folder.appendingPathComponent("outputs.json")
        try JSONEncoder().encode(["": ["diagnostics": serialized.path]]).write(to: outputs)
        let output = try await run(
            arguments + ["-serialize-diagnostics", "-output-file-map", outputs.path] + options + files)
        guard let bytes = FileManager.default.contents(atPath: serialized.path) else {
            throw Unavailable(description: "the compiler wrote no diagnostics, but said: \(output)")
        }
        return Compilation(output: output, diagnostics: try CompilerDiagnostic.read(Array(bytes)))
    }

    /// Type-checks the sources, which ``Compilation/expansion(_:on:_:)`` then shows with what the macros wrote.
    package func expand(_ sources: [SourceFile]) async throws -> Compilation {
        try await compile(sources, options: ["-Xfrontend", "-dump-macro-expansions"])
    }

    private var arguments: [String] {
        [
            "-typecheck", "-wmo", "-swift-version", "6", "-module-name", "Probe", "-diagnostic-style", "llvm",
            "-module-cache-path", build.appendingPathComponent("ModuleCache").path,
            "-I", build.appendingPathComponent("Modules").path, "-load-plugin-executable",
            "\(build.appendingPathComponent("MartletMacros-tool").path)#MartletMacros",
        ] + headers.flatMap { ["-Xcc", "-I", "-Xcc", $0.path] }
    }

    /// The folders with a module map: the modules of services rest on some that are written in C.
    private var headers: [URL] {
        let files = FileManager.default
        func children(_ folder: URL) -> [URL] {
            let found = try? files.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            return (found ?? []).sorted { $0.path < $1.path }
        }
        let scratch = build.deletingLastPathComponent().deletingLastPathComponent()
        let written = children(scratch.appendingPathComponent("checkouts"))
            .flatMap { children($0.appendingPathComponent("Sources")) }.map { $0.appendingPathComponent("include") }
        let generated = children(build).filter {
            $0.pathExtension == "build" && !$0.lastPathComponent.hasSuffix("-tool.build")
        }
        return (written + generated).filter {
            files.fileExists(atPath: $0.appendingPathComponent("module.modulemap").path)
        }
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
