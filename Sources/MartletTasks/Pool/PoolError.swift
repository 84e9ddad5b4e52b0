import Foundation

/// The error of a task that ran in another process.
///
/// Its value stays there, and only the name of its type comes along, for options that speak of types.
struct PoolError: Error {
    /// What kind of error it is.
    enum Kind: Sendable, Hashable {
        /// The task threw it; its type is known by the id that ``ErrorTypes`` gives it.
        case thrown(type: String)
        /// The process died in the middle of the task.
        case lost
        /// The process was killed since the task ran longer than it may.
        case timeLimit
    }

    let kind: Kind
    let failure: TaskFailure

    /// The process died (billiard's `WorkerLostError`, in its words).
    static func lost(_ end: ProcessEnd, job: Int) -> PoolError {
        PoolError(
            kind: .lost,
            failure: TaskFailure(
                type: "WorkerLostError", message: "Worker exited prematurely: \(end) Job: \(job).",
                module: "billiard.exceptions"))
    }

    /// The process was killed at the hard time limit (billiard's `TimeLimitExceeded`).
    static func timeLimit(_ seconds: Double) -> PoolError {
        PoolError(
            kind: .timeLimit,
            failure: TaskFailure(
                type: "TimeLimitExceeded", message: "the task ran longer than \(seconds) s",
                module: "billiard.exceptions"))
    }
}

// MARK: - Between processes

extension PoolError {
    /// What a child tells of an error.
    static func json(of error: any Error) -> JSONValue {
        switch error {
        case let wish as Retry:
            var object: [String: JSONValue] = ["kind": "retry"]
            object["delay"] = wish.delay.map { .double($0.inSeconds) }
            object["eta"] = wish.eta.map { .double($0.timeIntervalSince1970) }
            object["max"] = wish.maxRetries.map(JSONValue.integer)
            object["reason"] = wish.reason.map(JSONValue.string)
            return .object(object)
        case let error as TaskError where error.code == .argumentMismatch:
            return ["kind": "arguments", "message": .string(error.message)]
        case is CancellationError: return ["kind": "cancelled"]
        case is Ignore: return ["kind": "ignore"]
        case let wish as Replace: return ["kind": "replace", "by": wish.canvas.json]
        case is HandBack: return ["kind": "hand-back"]
        case let refusal as Reject:
            return ["kind": "reject", "reason": .string(refusal.reason), "requeue": .bool(refusal.requeue)]
        case let snooze as Snooze:
            switch snooze.moment {
            case .after(let duration): return ["kind": "snooze", "for": .double(duration.inSeconds)]
            case .at(let date): return ["kind": "snooze", "until": .double(date.timeIntervalSince1970)]
            }
        default:
            return [
                "kind": "thrown", "failure": TaskFailure(error).json, "type": .string(ErrorTypes.id(type(of: error))),
            ]
        }
    }

    /// The error a child has told of.
    static func error(from json: JSONValue) throws(TaskError) -> any Error {
        switch json["kind"]?.stringValue {
        case "retry":
            var wish = Retry(
                after: json["delay"]?.doubleValue.map { .seconds(min(max(0, $0), 1e9)) },
                maxRetries: json["max"]?.integerValue,
                reason: json["reason"]?.stringValue)
            wish.eta = json["eta"]?.doubleValue.map(Date.init(timeIntervalSince1970:))
            return wish
        case "arguments": return TaskError(.argumentMismatch, json["message"]?.stringValue ?? "")
        case "cancelled": return CancellationError()
        case "ignore": return Ignore()
        case "replace": return Replace(canvas: try Canvas(json: json["by"] ?? .null, at: "replacement"))
        case "hand-back": return HandBack()
        case "reject":
            return Reject(reason: json["reason"]?.stringValue ?? "", requeue: json["requeue"]?.boolValue ?? false)
        case "snooze":
            if let date = json["until"]?.doubleValue { return Snooze(until: Date(timeIntervalSince1970: date)) }
            return Snooze(for: .seconds(min(max(0, json["for"]?.doubleValue ?? 0), 1e9)))
        case "thrown":
            return PoolError(
                kind: .thrown(type: json["type"]?.stringValue ?? ""),
                failure: TaskFailure(json: json["failure"] ?? .null))
        case let kind:
            throw TaskError(.malformedMessage, "a process of the pool tells of an error of kind '\(kind ?? "none")'")
        }
    }
}
