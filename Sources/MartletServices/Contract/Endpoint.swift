import HTTPTypes

/// One member of a contract as HTTP knows it; the `@Service` macro writes one per member.
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// The service the member belongs to.
    public let service: String

    /// The member's name in Swift.
    public let name: String

    /// The HTTP method.
    public let method: Method

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
        _ method: Method,
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

    /// The HTTP methods of contracts.
    public enum Method: String, Sendable, Hashable {
        /// Reads; changes nothing.
        case get = "GET"
        /// Makes something, or does what no other method says.
        case post = "POST"
        /// Replaces a thing as a whole.
        case put = "PUT"
        /// Changes a part of a thing.
        case patch = "PATCH"
        /// Removes a thing.
        case delete = "DELETE"

        /// The method as the HTTP library has it.
        var request: HTTPRequest.Method {
            switch self {
            case .get: .get
            case .post: .post
            case .put: .put
            case .patch: .patch
            case .delete: .delete
            }
        }
    }

    /// The endpoint as `billing.invoice (GET /invoices/{id})`.
    public var description: String { "\(service).\(name) (\(method.rawValue) \(path))" }
}
