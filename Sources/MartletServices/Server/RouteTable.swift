import HTTPTypes

/// Finds the route of a path: literal segments before parameters, with backtracking, without a regard to order.
struct RouteTable<Route: Sendable>: Sendable {
    private var root = Node()

    private final class Box: Sendable {
        let node: Node
        init(_ node: Node) { self.node = node }
    }

    private struct Node: Sendable {
        var literals: [String: Node] = [:]
        var parameter: Box?
        var routes: [HTTPRequest.Method: (route: Route, names: [String])] = [:]
    }

    /// What a path leads to.
    enum Match {
        /// A route, and the decoded values of its path parameters.
        case found(Route, [String: String])
        /// The path exists, with these methods only.
        case otherMethods([HTTPRequest.Method])
        /// There is no such path.
        case none
    }

    /// Adds a route.
    ///
    /// - Returns: The route that has the same method and path already, if there is one; it stays.
    mutating func add(_ route: Route, _ method: HTTPRequest.Method, _ path: PathTemplate) -> Route? {
        Self.add(route, method, path.segments[...], path.parameters, to: &root)
    }

    /// Finds the route of a method and a path, as it stands in the request line, percent-encoded.
    func match(_ method: HTTPRequest.Method, _ path: some StringProtocol) -> Match {
        guard path.hasPrefix("/") else { return .none }
        var segments: [String] = []
        if path != "/" {
            for segment in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
                guard let text = PercentCoding.decode(segment), !text.isEmpty else { return .none }
                segments.append(text)
            }
        }
        var others: Set<HTTPRequest.Method> = []
        if let (entry, values) = Self.find(method, segments[...], root, &others) {
            return .found(entry.route, Dictionary(zip(entry.names, values), uniquingKeysWith: { $1 }))
        }
        return others.isEmpty ? .none : .otherMethods(others.sorted { $0.rawValue < $1.rawValue })
    }

    private static func add(
        _ route: Route, _ method: HTTPRequest.Method, _ path: ArraySlice<PathTemplate.Segment>, _ names: [String],
        to node: inout Node
    ) -> Route? {
        switch path.first {
        case .literal(let text)?:
            return add(route, method, path.dropFirst(), names, to: &node.literals[text, default: Node()])
        case .parameter?:
            var child = node.parameter?.node ?? Node()
            defer { node.parameter = Box(child) }
            return add(route, method, path.dropFirst(), names, to: &child)
        case nil:
            if let existing = node.routes[method] { return existing.route }
            node.routes[method] = (route, names)
            return nil
        }
    }

    private static func find(
        _ method: HTTPRequest.Method, _ path: ArraySlice<String>, _ node: Node, _ others: inout Set<HTTPRequest.Method>
    ) -> (entry: (route: Route, names: [String]), values: [String])? {
        guard let segment = path.first else {
            if let entry = node.routes[method] { return (entry, []) }
            others.formUnion(node.routes.keys)
            return nil
        }
        if let child = node.literals[segment], let found = find(method, path.dropFirst(), child, &others) {
            return found
        }
        if let child = node.parameter?.node, let found = find(method, path.dropFirst(), child, &others) {
            return (found.entry, [segment] + found.values)
        }
        return nil
    }
}
