/// A set of error types, as an option can hold it: `[NotFound.self, Closed.self]`.
public struct ErrorTypes: Sendable, Hashable, ExpressibleByArrayLiteral {
    private let types: Set<ObjectIdentifier>

    /// Makes a set of types.
    public init(arrayLiteral types: any Error.Type...) { self.types = Set(types.map { ObjectIdentifier($0) }) }

    /// Whether it has no type.
    public var isEmpty: Bool { types.isEmpty }

    /// Whether an error is of one of the types.
    public func contains(_ error: any Error) -> Bool { types.contains(ObjectIdentifier(type(of: error))) }
}
