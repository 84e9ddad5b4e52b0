/// A path prefix of the gateway and the service behind it.
public struct GatewayRoute: Sendable, Hashable {
    /// The prefix, such as `/billing`; it is cut off before the request goes on.
    public let prefix: String

    /// The name of the service behind it.
    public let service: String

    /// Sends what begins with a prefix to a service; by default the service's name is the prefix.
    ///
    /// Slashes at the ends of the prefix do not matter: `billing` and `/billing/` are the same.
    public init(_ service: String, at prefix: String? = nil) {
        self.service = service
        self.prefix = "/" + (prefix ?? service).split(separator: "/").joined(separator: "/")
    }

    /// The rest of a path below this prefix, beginning with a slash; `nil` when the path is not below it.
    func rest(of path: String) -> String? {
        if prefix == "/" { return path }
        guard path.hasPrefix(prefix) else { return nil }
        let rest = path.dropFirst(prefix.count)
        guard rest.isEmpty || rest.hasPrefix("/") else { return nil }
        return rest.isEmpty ? "/" : String(rest)
    }
}
