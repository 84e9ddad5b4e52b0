/// The error a task ended with, as it travels: Celery's `{"exc_type", "exc_message", "exc_module"}`.
public struct TaskFailure: Sendable, Hashable, CustomStringConvertible {
    /// The name of the error's type.
    public var type: String
    /// What it says; Python's `args` of an exception.
    public var message: [JSONValue]
    /// The module the type is from.
    public var module: String

    /// Makes a failure of its parts.
    public init(type: String, message: String, module: String = "martlet") {
        self.type = type
        self.message = [.string(message)]
        self.module = module
    }

    /// The failure a Swift error stands for.
    public init(_ error: any Error) {
        if let error = error as? PoolError {
            self = error.failure
            return
        }
        let full = String(reflecting: Swift.type(of: error))
        let parts = full.split(separator: ".", maxSplits: 1)
        self.init(
            type: parts.count == 2 ? String(parts[1]) : full, message: String(describing: error),
            module: parts.count == 2 ? String(parts[0]) : "Swift")
    }

    /// The message as one text.
    public var text: String { message.map { $0.stringValue ?? $0.description }.joined(separator: ", ") }
    /// Type and message.
    public var description: String { "\(type): \(text)" }

    /// The failure as a JSON object.
    public var json: JSONValue {
        ["exc_type": .string(type), "exc_message": .array(message), "exc_module": .string(module)]
    }

    /// Reads a failure; anything that is none becomes one of type `Exception`.
    public init(json: JSONValue) {
        self.init(
            type: json["exc_type"]?.stringValue ?? "Exception", message: "",
            module: json["exc_module"]?.stringValue ?? "builtins")
        switch json["exc_message"] {
        case .array(let parts)?: message = parts
        case let single?: message = [single]
        case nil: message = [json]
        }
    }

    /// The task is not registered at the worker (Celery's `NotRegistered`).
    static func notRegistered(_ task: String) -> TaskFailure {
        TaskFailure(type: "NotRegistered", message: task, module: "celery.exceptions")
    }

    /// The arguments do not fit the task, for which Python has `TypeError`.
    static func invalidArguments(_ message: String) -> TaskFailure {
        TaskFailure(type: "TypeError", message: message, module: "builtins")
    }

    /// The message is in a format that is not accepted (kombu's `ContentDisallowed`).
    static func contentDisallowed(_ message: String) -> TaskFailure {
        TaskFailure(type: "ContentDisallowed", message: message, module: "kombu.exceptions")
    }

    /// The task has refused its message (Celery's `Reject`).
    static func rejected(_ why: String) -> TaskFailure {
        TaskFailure(type: "Reject", message: why, module: "celery.exceptions")
    }

    /// The task wants to be ignored and gives no value (Celery's `Ignore`).
    static func ignored(_ task: String) -> TaskFailure {
        TaskFailure(
            type: "Ignore", message: "task '\(task)' asked to be ignored and gives no value",
            module: "celery.exceptions")
    }

    /// The task was revoked or expired (Celery's `TaskRevokedError`).
    static func revoked(_ why: String) -> TaskFailure {
        TaskFailure(type: "TaskRevokedError", message: why, module: "celery.exceptions")
    }

    /// A member of a chord failed (Celery's `ChordError`).
    static func chord(member id: String, _ failure: TaskFailure) -> TaskFailure {
        TaskFailure(
            type: "ChordError", message: "Dependency \(id) raised \(failure)", module: "celery.exceptions")
    }

    /// The worker was stopped in the middle of a task that is not run again.
    static let workerStopped = TaskFailure(
        type: "WorkerLostError",
        message: "the worker was stopped in the middle of it, and a task delivered at most once is not run again",
        module: "billiard.exceptions")

    /// The worker died in the middle of the task (billiard's `WorkerLostError`).
    static func workerLost(attempts: Int) -> TaskFailure {
        TaskFailure(
            type: "WorkerLostError", message: "the worker died in the middle of it, \(attempts) times",
            module: "billiard.exceptions")
    }
}
