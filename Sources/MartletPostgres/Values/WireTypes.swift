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

    private let types = Mutex(WireTypes())

    var current: WireTypes { types.withLock { $0 } }

    func add(_ rows: [(oid: UInt32, type: WireType)]) {
        types.withLock { types in
            for row in rows { types.add(row.oid, row.type) }
        }
    }
}
