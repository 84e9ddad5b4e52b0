import Logging
import Synchronization

/// Keeps the lines of a log and lets a test wait for one.
final class LogLines: Sendable {
    private let recorded = Mutex<[String]>([])
    private let stream: AsyncStream<String>
    private let source: AsyncStream<String>.Continuation

    init() {
        (stream, source) = AsyncStream.makeStream()
    }

    /// What has been logged, the level and the message; not what only those read who look for a bug.
    var lines: [String] { recorded.withLock(\.self).filter { !$0.hasPrefix("debug ") } }

    /// A logger whose lines are kept.
    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    /// Waits for the next line with these words; one test waits at a time.
    func next(_ words: String) async {
        for await line in stream where line.contains(words) { return }
    }

    private struct Handler: LogHandler {
        let log: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.debug

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let line = "\(event.level) \(event.message)"
            log.recorded.withLock { $0.append(line) }
            log.source.yield(line)
        }
    }
}
