/// The state of a task, in Celery's words; tasks may have states of their own.
public struct TaskState: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The word on the wire.
    public let rawValue: String
    /// Makes a state of its word.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// Makes a state of its word.
    public init(stringLiteral value: String) { rawValue = value }
    /// The word on the wire.
    public var description: String { rawValue }

    /// Waiting, or unknown.
    public static let pending: TaskState = "PENDING"
    /// Running; only stored by workers that track it.
    public static let started: TaskState = "STARTED"
    /// Running, and has told how far it is.
    public static let progress: TaskState = "PROGRESS"
    /// Failed, and will be run again.
    public static let retry: TaskState = "RETRY"
    /// Done; final.
    public static let success: TaskState = "SUCCESS"
    /// Failed for good; final.
    public static let failure: TaskState = "FAILURE"
    /// Revoked, or expired before it ran; final.
    public static let revoked: TaskState = "REVOKED"

    /// Refused by the task with ``Reject``; final.
    ///
    /// Celery knows the word and stores it nowhere.
    public static let rejected: TaskState = "REJECTED"

    /// Whether nothing will change any more.
    public var isFinal: Bool { self == .success || self == .failure || self == .revoked || self == .rejected }

    /// Whether a backend may store this state over an earlier one: success is never overwritten, and a final state
    /// only by a final one, as when a dead letter is run again.
    public func mayReplace(_ earlier: TaskState) -> Bool {
        earlier != .success && (isFinal || !earlier.isFinal)
    }
}

/// How far a task is.
public struct TaskProgress: Sendable, Hashable {
    /// How many steps are done.
    public var done: Int
    /// How many steps there are.
    public var total: Int
    /// What it is doing.
    public var message: String?

    /// Makes a progress.
    public init(done: Int, total: Int, message: String? = nil) {
        self.done = done
        self.total = total
        self.message = message
    }

    /// The share that is done, from 0 to 1.
    public var fraction: Double { total > 0 ? min(1, max(0, Double(done) / Double(total))) : 0 }

    var json: JSONValue {
        var object: [String: JSONValue] = ["current": .integer(done), "total": .integer(total)]
        object["message"] = message.map(JSONValue.string)
        return .object(object)
    }

    init?(json: JSONValue) {
        guard let done = json["current"]?.integerValue, let total = json["total"]?.integerValue else { return nil }
        self.init(done: done, total: total, message: json["message"]?.stringValue)
    }
}
