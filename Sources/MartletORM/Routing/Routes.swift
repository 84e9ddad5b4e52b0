/// Which tables are where, of a ``RoutedDatabase``.
struct Routes: Sendable {
    /// Where every table is that is not routed elsewhere.
    let home: ReplicaSet
    private var byTable: [String: ReplicaSet] = [:]

    init(home: ReplicaSet) {
        self.home = home
    }

    /// Whether all tables are in one place.
    var isTrivial: Bool { byTable.isEmpty }

    /// The places, each once.
    var places: [ReplicaSet] {
        byTable.values.reduce(into: [home]) { places, place in
            if !places.contains(where: { $0 === place }) { places.append(place) }
        }
    }

    /// Puts a model's table, and the tables between that belong to it, in a place.
    mutating func add(_ schema: ModelSchema, at place: ReplicaSet) {
        byTable[schema.table] = place
        for table in schema.tablesBetween { byTable[table] = place }
    }

    func place(of table: String) -> ReplicaSet { byTable[table] ?? home }

    /// The place of all tables of a statement.
    ///
    /// - Throws: ``ORMError`` with code `invalidQuery` when they are in several.
    func place(of tables: Set<String>) throws(ORMError) -> ReplicaSet {
        let places = tables.map { place(of: $0) }
        guard let first = places.first else { return home }
        guard places.allSatisfy({ $0 === first }) else { throw acrossDatabases(tables) }
        return first
    }

    private func acrossDatabases(_ tables: Set<String>) -> ORMError {
        let groups = Dictionary(grouping: tables.sorted()) { ObjectIdentifier(place(of: $0)) }
        let names = groups.values.map { $0.joined(separator: ", ") }.sorted().joined(separator: " | ")
        return ORMError(
            .invalidQuery,
            "One statement cannot use tables of different databases: \(names). Load a relation across databases by "
                + "prefetchRelated, which asks each database by keys, and filter by keys that were read before: isIn(keys)."
        )
    }
}

extension ModelSchema {
    /// The tables that its many-to-many relations make for themselves.
    fileprivate var tablesBetween: [String] {
        between.compactMap { relation in relation.link.between?.schema.table }
    }
}
