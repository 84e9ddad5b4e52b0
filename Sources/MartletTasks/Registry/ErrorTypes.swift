/// A set of error types, as an option can hold it: `[NotFound.self, Closed.self]`.
public struct ErrorTypes: Sendable, Hashable, ExpressibleByArrayLiteral {
    private let types: Set<ObjectIdentifier>
    /// The types as another process of the same program knows them.
    private let ids: Set<String>

    /// Makes a set of types.
    public init(arrayLiteral types: any Error.Type...) {
        self.types = Set(types.map { ObjectIdentifier($0) })
        ids = Set(types.map(Self.id))
    }

    /// Whether it has no type.
    public var isEmpty: Bool { types.isEmpty }

    /// Whether an error is of one of the types.
    public func contains(_ error: any Error) -> Bool {
        if case .thrown(let id)? = (error as? PoolError)?.kind { return ids.contains(id) }
        return types.contains(ObjectIdentifier(type(of: error)))
    }

    /// What a type is called in every process of the program, even if it is private to a file.
    static func id(_ type: any Error.Type) -> String { _mangledTypeName(type) ?? String(reflecting: type) }
}
