import Foundation
import Logging
import MartletTasks

/// One event of a log, before it is written.
struct LogEntry: Sendable {
    var date: Date
    var level: Logger.Level
    var message: String
    var metadata: [(key: String, value: String)]

    var human: String {
        var rest = metadata
        let service = rest.firstIndex { $0.key == "service" }.map { " [\(rest.remove(at: $0).value)]" } ?? ""
        let pairs = rest.map { " \($0.key)=\(Self.quoted($0.value))" }.joined()
        let clock = timestamp.split(separator: "T").last?.dropLast() ?? ""
        return "\(clock) \(level.rawValue.uppercased())\(service) \(Self.oneLine(message))\(pairs)"
    }

    var logfmt: String {
        "time=\(timestamp) level=\(level.rawValue) msg=\(Self.quoted(message))"
            + metadata.map { " \($0.key)=\(Self.quoted($0.value))" }.joined()
    }

    var json: String {
        var members = Dictionary(metadata.map { ($0.key, JSONValue.string($0.value)) }, uniquingKeysWith: { $1 })
        members["time"] = .string(timestamp)
        members["level"] = .string(level.rawValue)
        members["message"] = .string(message)
        return JSONWriter.text(of: .object(members))
    }

    private var timestamp: String { date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)) }

    /// A value as logfmt writes it: in quotes when it has anything but plain characters.
    private static func quoted(_ text: String) -> String {
        let isPlain = !text.isEmpty && text.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 34 && $0 != 61 && $0 != 92 }
        return isPlain ? text : JSONWriter.text(of: .string(text))
    }

    /// A message that cannot begin a second line.
    private static func oneLine(_ text: String) -> String {
        text.contains(where: \.isNewline) ? quoted(text) : text
    }
}
