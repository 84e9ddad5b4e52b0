import Synchronization

/// The types that the database's tables use beyond PostgreSQL's own, as far as they were met.
struct WireTypes: Sendable {
    private var found: [UInt32: WireType] = [:]

    subscript(_ oid: UInt32) -> WireType? { WireType(oid) ?? found[oid] }

    mutating func add(_ oid: UInt32, _ type: WireType) {
        found[oid] = type
    }
}

/// Remembers for all connections of a database what its types are, and says which must be looked up.
final class TypeCatalog: Sendable {
    /// Looks types up, and the elements of those that are arrays; its parameter is the numbers.
    static let query = """
        SELECT t.oid, t.typname, t.typsend::text
        FROM pg_catalog.pg_type t
        WHERE t.oid = ANY($1::oid[])
            OR t.oid IN (SELECT e.typelem FROM pg_catalog.pg_type e WHERE e.oid = ANY($1::oid[]))
        """

    private struct State {
        var types = WireTypes()
        /// The shapes of the results met last; few, as they differ in types only.
        var shapes: [ResultShape] = []
    }

    /// How many shapes are kept.
    private static let shapeCount = 16
    private let state = Mutex(State())

    func add(_ rows: [(oid: UInt32, type: WireType)]) {
        state.withLock { state in
            for row in rows { state.types.add(row.oid, row.type) }
            state.shapes = []
        }
    }

    /// What columns a result has.
    ///
    /// - Throws: the numbers of the types that must be looked up first.
    func shape(of result: PostgresResult) throws(ResultShape.UnknownTypes) -> ResultShape {
        let (known, types) = state.withLock { state in
            (state.shapes.first { $0.fits(result) }, state.types)
        }
        if let known { return known }
        let shape = try ResultShape(result, types)
        state.withLock { state in
            state.shapes = [shape] + state.shapes.prefix(Self.shapeCount - 1)
        }
        return shape
    }
}
