public import HTTPTypes

/// One member of a contract as HTTP knows it; the `@Service` macro writes one per member.
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// The service the member belongs to.
    public let service: String

    /// The member's name in Swift.
    public let name: String

    /// The HTTP method.
    public let method: HTTPRequest.Method

    /// The path below the service's root.
    public let path: PathTemplate

    /// The status of an answer that went well; 200 by default, 204 for a member that returns nothing.
    public let status: Int

    /// The largest body taken, in bytes; the server's limit when `nil`.
    public let bodyLimit: Int?

    /// Describes a member.
    public init(
        _ service: String,
        _ name: String,
        _ method: HTTPRequest.Method,
        _ path: PathTemplate,
        status: Int = 200,
        bodyLimit: Int? = nil
    ) {
        self.service = service
        self.name = name
        self.method = method
        self.path = path
        self.status = status
        self.bodyLimit = bodyLimit
    }

    /// The endpoint as `billing.invoice (GET /invoices/{id})`.
    public var description: String { "\(service).\(name) (\(method.rawValue) \(path))" }
}
