/// A contract's routes and the path prefix they are served below.
public struct ServiceMount: Sendable {
    /// The service's name, for logs.
    public let service: String

    /// The path prefix, such as `/billing`; empty for the root.
    public let prefix: String

    /// The routes.
    public let routes: [ContractRoute]

    /// Serves routes below a prefix.
    public init(_ service: String, at prefix: String = "", routes: [ContractRoute]) {
        self.service = service
        self.prefix = prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix
        self.routes = routes
    }

    /// Serves an implementation of a contract below a prefix.
    public init<Contract: ServiceContract>(
        _ contract: Contract.Type, _ service: Contract.Service, at prefix: String = ""
    ) {
        self.init(Contract.name, at: prefix, routes: Contract.routes(service))
    }
}
