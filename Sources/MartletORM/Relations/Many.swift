/// The related rows of a to-many relation, which were not loaded.
///
/// Load them with the query (`prefetchRelated(\.lines)`), which changes the type to one that has them, or begin a query
/// of this row's own: `try await invoice.lines.objects.all(on: database)`.
public struct Many<Target: Model>: Sendable {
    /// A query over this row's related rows.
    public let objects: QuerySet<Target>
    let link: Result<RelatedRows, ORMError>
    let owner: SQLFragment

    /// Makes the relation's rows for one parent; what the macro writes calls it.
    public init<R: ToMany>(_ relation: R.Type, of row: R.Source) where R.Target == Target {
        let key = R.key(of: row)
        objects = Target.objects.related(by: relation, to: key)
        link = key == nil ? R.link.rows.flatMap { .failure(.noKey(R.self, row, $0.parentKey)) } : R.link.rows
        owner = .typed(key)
    }
}

extension ORMError {
    fileprivate static func noKey<R: ToMany>(_ relation: R.Type, _ row: R.Source, _ column: String) -> ORMError {
        ORMError(
            .invalidQuery,
            "\(R.Source.self) \(row.id) has NULL in \"\(column)\", by which the rows of \\.\(R.name) would refer to it. Give it a "
                + "value there and save it first.",
            table: R.Source.schema.table, columns: [column])
    }
}
