/// One of the models that a ``GenericForeignKey`` leads to, with what is loaded of it and what it becomes.
public struct GenericTarget<Value: Sendable & Encodable>: Sendable {
    /// A target under way: its statement, and the values by the key that the parent holds.
    struct Started: Sendable {
        var branch: any PrefetchBranch
        var values: @Sendable (CallSite?) throws -> [SQLValue: Value]
    }

    /// The name in the column of types.
    let type: String
    let start: @Sendable (_ keys: [SQLValue], _ keyColumn: String) -> Started

    /// The rows of a query, for parents that name its table.
    ///
    /// - Parameters:
    ///   - query: What is loaded; it may filter and load more. What it leaves out is `nil`.
    ///   - type: The name in the column of types; the model's table by default.
    ///   - value: What a row becomes: a case of an enum, where several models are loaded.
    public static func to<Nested: ModelRow>(
        _ query: QuerySet<Nested>, type: String? = nil, _ value: @escaping @Sendable (Nested) -> Value
    ) -> GenericTarget {
        let schema = Nested.Root.schema
        return GenericTarget(type: type ?? schema.table) { keys, keyColumn in
            var distinct = DistinctKeys<Nested.Root.ID>()
            var typed: [SQLValue: Nested.Root.ID] = [:]
            for key in keys {
                guard let id = key.key(as: Nested.Root.ID.self) else { continue }
                distinct.insert(id)
                typed[key] = id
            }
            let link = RelatedRows(table: schema.table, parentColumn: schema.primaryKey, parentKey: keyColumn)
            let branch = RelatedBranch(query, link, distinct)
            let ids = typed
            return Started(branch: branch) { location in
                let rows = try branch.related(at: location)
                return ids.compactMapValues { id in rows[id].first.map(value) }
            }
        }
    }
}
