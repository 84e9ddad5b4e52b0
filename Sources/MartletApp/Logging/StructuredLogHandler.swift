import Foundation
import Logging
import MartletTasks
import ServiceContextModule

/// Writes log lines to standard error, for people or for tools.
struct StructuredLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel: Logger.Level
    private let format: LogFormat
    private let write: @Sendable (String) -> Void

    init(format: LogFormat, level: Logger.Level, write: @escaping @Sendable (String) -> Void) {
        self.format = format
        self.logLevel = level
        self.write = write
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var merged = metadata
        merged.merge(metadataProvider?.get() ?? [:]) { $1 }
        if let own = event.metadata { merged.merge(own) { $1 } }
        if let error = event.error { merged["error"] = merged["error"] ?? .string("\(error)") }
        let pairs = merged.sorted { $0.key < $1.key }.map { (key: $0.key, value: "\($0.value)") }
        let entry = LogEntry(date: Date(), level: event.level, message: "\(event.message)", metadata: pairs)
        write(format.line(entry) + "\n")
    }
}

/// The log of the whole process.
enum ApplicationLog {
    /// Chooses format and level by `LOG_FORMAT` and `LOG_LEVEL`, and takes the request id from the task's context.
    ///
    /// Without `LOG_FORMAT` it is `human` on a terminal and `logfmt` elsewhere.
    static func bootstrap(environment: [String: String] = ProcessInfo.processInfo.environment) {
        let isTerminal = isatty(STDERR_FILENO) == 1
        let format = environment["LOG_FORMAT"].flatMap(LogFormat.init(rawValue:)) ?? (isTerminal ? .human : .logfmt)
        let level = environment["LOG_LEVEL"].flatMap { Logger.Level(rawValue: $0.lowercased()) } ?? .info
        let provider = Logger.MetadataProvider {
            ServiceContext.current?.requestID.map { ["request_id": .string($0)] } ?? [:]
        }
        LoggingSystem.bootstrap(
            { _, provider in
                var handler = StructuredLogHandler(format: format, level: level, write: write)
                handler.metadataProvider = provider
                return handler
            }, metadataProvider: provider)
    }

    /// Writes a line with one system call, so that the lines of several threads stay whole.
    private static func write(_ line: String) {
        FileHandle.standardError.write(Data(line.utf8))
    }
}
