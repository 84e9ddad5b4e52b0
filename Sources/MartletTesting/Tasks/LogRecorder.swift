package import Logging
import Synchronization

/// Keeps the lines of a log for a test to look at and to wait for.
package final class LogRecorder: Sendable {
    /// What was logged at once.
    package struct Line: Sendable {
        package let level: Logger.Level
        package let message: String
        package let metadata: [String: String]
    }

    private let recorded = Mutex<[Line]>([])
    private let stream: AsyncStream<Line>
    private let source: AsyncStream<Line>.Continuation

    /// Makes a recorder of nothing so far.
    package init() {
        (stream, source) = AsyncStream.makeStream()
    }

    /// What has been logged.
    package var lines: [Line] { recorded.withLock(\.self) }

    /// A logger whose lines are kept, of all levels.
    package var logger: Logger { Logger(label: "recorded") { _ in Handler(recorder: self) } }

    /// Waits for the next line with these words; one test waits at a time.
    package func next(_ words: String, level: Logger.Level? = nil) async {
        for await line in stream where line.message.contains(words) && line.level == level ?? line.level { return }
    }

    private struct Handler: LogHandler {
        let recorder: LogRecorder
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let metadata = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues { "\($0)" }
            let line = Line(level: event.level, message: "\(event.message)", metadata: metadata)
            recorder.recorded.withLock { $0.append(line) }
            recorder.source.yield(line)
        }
    }
}
