extension ServiceError {
    /// What kind of error a ``ServiceError`` is; open to growth by an extension of your own.
    ///
    /// ```swift
    /// extension ServiceError.Code {
    ///     static let overdue = Self("overdue", status: 409, title: "Invoice overdue")
    /// }
    /// ```
    public struct Code: Sendable, CustomStringConvertible {
        /// The name on the wire, in kebab case; two codes of the same name are equal.
        public let name: String

        /// The HTTP status an error of this code is answered with by default.
        public let status: Int

        /// The title an error of this code has by default.
        public let title: String

        /// Names a code and the HTTP status it means.
        public init(_ name: String, status: Int, title: String) {
            self.name = name
            self.status = status
            self.title = title
        }

        /// The name on the wire.
        public var description: String { name }
    }
}

extension ServiceError.Code: Hashable {
    /// Compares names.
    public static func == (left: Self, right: Self) -> Bool { left.name == right.name }

    /// Hashes the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// The one table of contract errors and their HTTP statuses. A new status for a contract error goes here.
extension ServiceError.Code {
    /// 400: the request is malformed: no JSON, a parameter that does not convert.
    public static let badRequest = Self("bad-request", status: 400, title: "Bad request")
    /// 401: the caller has not said who it is.
    public static let unauthorized = Self("unauthorized", status: 401, title: "Unauthorized")
    /// 403: the caller may not do this.
    public static let forbidden = Self("forbidden", status: 403, title: "Forbidden")
    /// 404: there is no such thing.
    public static let notFound = Self("not-found", status: 404, title: "Not found")
    /// 405: the path exists, the method does not.
    public static let methodNotAllowed = Self("method-not-allowed", status: 405, title: "Method not allowed")
    /// 409: the state of the thing forbids it.
    public static let conflict = Self("conflict", status: 409, title: "Conflict")
    /// 410: it existed once.
    public static let gone = Self("gone", status: 410, title: "Gone")
    /// 412: a condition of the caller does not hold.
    public static let preconditionFailed = Self("precondition-failed", status: 412, title: "Precondition failed")
    /// 413: the body is larger than the endpoint takes.
    public static let contentTooLarge = Self("content-too-large", status: 413, title: "Content too large")
    /// 415: the body's content type is not the endpoint's.
    public static let unsupportedMediaType = Self(
        "unsupported-media-type", status: 415, title: "Unsupported media type")
    /// 422: the body is JSON, but not of the shape or the values asked for.
    public static let unprocessable = Self("unprocessable", status: 422, title: "Unprocessable content")
    /// 429: too many requests.
    public static let tooManyRequests = Self("too-many-requests", status: 429, title: "Too many requests")
    /// 500: an error nobody declared; what it was stays in the log.
    public static let internalError = Self("internal-error", status: 500, title: "Internal error")
    /// 501: the service cannot do this.
    public static let notImplemented = Self("not-implemented", status: 501, title: "Not implemented")
    /// 501: a `@Background` member was called where it must be enqueued.
    public static let backgroundOnly = Self("background-only", status: 501, title: "Background member")
    /// 502: another service answered with something that is not its contract.
    public static let invalidResponse = Self("invalid-response", status: 502, title: "Invalid response")
    /// 502: another service could not be reached.
    public static let unreachable = Self("unreachable", status: 502, title: "Service unreachable")
    /// 503: not now; later perhaps.
    public static let unavailable = Self("unavailable", status: 503, title: "Unavailable")
    /// 504: another service did not answer in time.
    public static let timeout = Self("timeout", status: 504, title: "Timeout")
    /// 500: the address to listen on is taken.
    public static let addressInUse = Self("address-in-use", status: 500, title: "Address in use")
    /// 500: this process is configured wrongly; the message names the setting.
    public static let misconfigured = Self("misconfigured", status: 500, title: "Misconfigured")

    /// Codes whose messages speak to the operator, not to the caller: they are replaced when they leave a server.
    static let withheld: Set<Self> = [
        .internalError, .unreachable, .invalidResponse, .timeout, .misconfigured, .addressInUse,
    ]

    /// The code that stands for a status which arrived without one.
    static func standing(for status: Int) -> Self {
        let byStatus: [Int: Self] = [
            400: .badRequest, 401: .unauthorized, 403: .forbidden, 404: .notFound, 405: .methodNotAllowed,
            409: .conflict, 410: .gone, 412: .preconditionFailed, 413: .contentTooLarge,
            415: .unsupportedMediaType, 422: .unprocessable, 429: .tooManyRequests, 500: .internalError,
            501: .notImplemented, 502: .invalidResponse, 503: .unavailable, 504: .timeout,
        ]
        return byStatus[status] ?? Self("status-\(status)", status: status, title: "Status \(status)")
    }
}
