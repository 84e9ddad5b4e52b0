public import MartletTasks

/// What a service throws, and what its caller catches, in process or across the network.
///
/// The value travels as a problem document (RFC 9457, `application/problem+json`). Everything but ``cause`` and
/// ``location`` arrives unchanged at the caller:
///
/// ```swift
/// throw ServiceError(.notFound, "Invoice \(id) does not exist; list /invoices for the ones that do.")
/// ```
public struct ServiceError: Error, Sendable {
    /// What kind of error this is; decides the HTTP status and the title unless they are given.
    public var code: Code

    /// The HTTP status this error is answered with.
    public var status: Int

    /// A URI that names the problem type, as RFC 9457 has it; `urn:martlet:error:<code>` by default.
    public var type: String

    /// A short name of the problem, the same for every occurrence.
    public var title: String

    /// What happened, with the values, and what to do; `detail` in the problem document.
    public var message: String

    /// A URI reference that names this occurrence; a server fills in `urn:martlet:request:<request id>`.
    public var instance: String?

    /// Further members of the problem document.
    public var extensions: [String: JSONValue]

    /// The error that led to this one; stays in the process.
    public var cause: (any Error)?

    /// Where the error was made; stays in the process.
    public var location: Location

    /// Makes an error whose status, type and title follow from `code` unless given.
    public init(
        _ code: Code,
        _ message: String,
        status: Int? = nil,
        type: String? = nil,
        title: String? = nil,
        instance: String? = nil,
        extensions: [String: JSONValue] = [:],
        cause: (any Error)? = nil,
        fileID: String = #fileID,
        line: Int = #line
    ) {
        self.code = code
        self.status = status ?? code.status
        self.type = type ?? "urn:martlet:error:\(code.name)"
        self.title = title ?? code.title
        self.message = message
        self.instance = instance
        self.extensions = extensions
        self.cause = cause
        self.location = Location(fileID: fileID, line: line)
    }

    /// The place in the source where an error was made.
    public struct Location: Hashable, Sendable, CustomStringConvertible {
        /// The file, as `#fileID` writes it.
        public var fileID: String

        /// The line in that file.
        public var line: Int

        /// Names a place in the source.
        public init(fileID: String = #fileID, line: Int = #line) {
            self.fileID = fileID
            self.line = line
        }

        /// The place as `Module/File.swift:12`.
        public var description: String { "\(fileID):\(line)" }
    }
}

extension ServiceError: Equatable {
    /// Compares what travels: everything but the cause, the location and the instance.
    public static func == (left: Self, right: Self) -> Bool {
        left.code == right.code && left.status == right.status && left.type == right.type
            && left.title == right.title && left.message == right.message && left.extensions == right.extensions
    }
}

extension ServiceError: CustomStringConvertible {
    /// The error in one line: code, status, message, cause.
    public var description: String {
        let because = cause.map { " Cause: \($0)" } ?? ""
        return "\(code.name) (\(status)): \(message)\(because)"
    }
}
