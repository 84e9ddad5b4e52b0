import Logging

/// How a log line is written.
enum LogFormat: String, CaseIterable, Sendable {
    /// For people: time, level, service, message, metadata.
    case human
    /// For tools: `key=value` pairs.
    case logfmt
    /// For tools: one JSON object per line.
    case json

    /// One line, without the line's end.
    func line(_ entry: LogEntry) -> String {
        switch self {
        case .human: entry.human
        case .logfmt: entry.logfmt
        case .json: entry.json
        }
    }
}
