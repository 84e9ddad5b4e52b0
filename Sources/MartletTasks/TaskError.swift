/// What went wrong in preparing, sending, running or waiting for a task.
///
/// One type for the whole product: `code` says which kind, `message` what happened with its values and what to do.
public struct TaskError: Error, CustomStringConvertible {
    /// The kind of an error; new kinds may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String, Sendable {
            case malformedJSON, malformedMessage, invalidArgument, unknownTask, duplicateTask, encodingFailed
            case decodingFailed, taskFailed, taskRevoked, timedOut, brokerFailed, backendFailed, unsupported,
                argumentMismatch
            case messageTooLarge, misconfigured, childFailed, waitsInTask, contentDisallowed
        }

        private let kind: Kind
        private init(_ kind: Kind) { self.kind = kind }

        /// The text is not JSON.
        public static let malformedJSON = Code(.malformedJSON)
        /// A message does not have the shape of Celery's protocol v2.
        public static let malformedMessage = Code(.malformedMessage)
        /// An option or argument of a call cannot be used.
        public static let invalidArgument = Code(.invalidArgument)
        /// The arguments of a message do not fit the parameters of its task; the message names the argument.
        public static let argumentMismatch = Code(.argumentMismatch)
        /// No task of this name is registered.
        public static let unknownTask = Code(.unknownTask)
        /// Two tasks are registered under one name.
        public static let duplicateTask = Code(.duplicateTask)
        /// A value could not be written as JSON.
        public static let encodingFailed = Code(.encodingFailed)
        /// A value could not be read from JSON.
        public static let decodingFailed = Code(.decodingFailed)
        /// The task whose result was asked for has failed; `failure` holds its error.
        public static let taskFailed = Code(.taskFailed)
        /// The task was revoked or has expired before it ran.
        public static let taskRevoked = Code(.taskRevoked)
        /// Nothing arrived within the given time.
        public static let timedOut = Code(.timedOut)
        /// The broker could not do what was asked.
        public static let brokerFailed = Code(.brokerFailed)
        /// The result backend could not do what was asked.
        public static let backendFailed = Code(.backendFailed)
        /// The broker or backend in use has no such capability.
        public static let unsupported = Code(.unsupported)
        /// A message is in a format that is not accepted (kombu's `ContentDisallowed`).
        public static let contentDisallowed = Code(.contentDisallowed)
        /// A message is larger than the limit.
        public static let messageTooLarge = Code(.messageTooLarge)
        /// An option has a value that cannot work.
        public static let misconfigured = Code(.misconfigured)
        /// The processes of a worker's pool do not start.
        public static let childFailed = Code(.childFailed)

        /// A task would wait for the result of another and keep its place in the worker meanwhile.
        public static let waitsInTask = Code(.waitsInTask)

        /// The name of the kind.
        public var description: String { kind.rawValue }
    }

    /// The place in the source that raised an error.
    public struct Location: Hashable, Sendable {
        /// Module and file.
        public var fileID: String
        /// Line, counted from 1.
        public var line: Int
    }

    /// Which kind of error.
    public var code: Code
    /// What happened, with the values, and what to do.
    public var message: String
    /// The error behind it, if another library raised one.
    public var cause: (any Error)?
    /// The error the task ended with, for `taskFailed` and `taskRevoked`.
    public var failure: TaskFailure?
    /// Where it was raised.
    public var location: Location

    /// Makes an error; the location is filled in by the compiler.
    public init(
        _ code: Code,
        _ message: String,
        cause: (any Error)? = nil,
        failure: TaskFailure? = nil,
        fileID: String = #fileID,
        line: Int = #line
    ) {
        self.code = code
        self.message = message
        self.cause = cause
        self.failure = failure
        self.location = Location(fileID: fileID, line: line)
    }

    /// Code, message and cause in one line.
    public var description: String {
        guard let cause else { return "\(code): \(message)" }
        return "\(code): \(message) (cause: \(cause))"
    }
}
