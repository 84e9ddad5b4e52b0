/// The one row that refers to this one by a one-to-one relation, if there is one; it was not loaded.
///
/// Load it with the query (`selectRelated(\.profile)`), which changes the type to one that has it, or ask for it with
/// ``load(on:fileID:line:)``.
public struct One<Target: Model>: Sendable {
    private let query: QuerySet<Target>

    /// Makes the relation's row for one parent; what the macro writes calls it.
    public init<R: ReverseOne>(_ relation: R.Type, of row: R.Source) where R.Target == Target {
        query = Target.objects.related(by: relation, to: R.key(of: row))
    }

    /// Loads the row, `nil` when there is none: one statement.
    public func load(
        on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line
    ) async throws -> Target? {
        try await query.all(on: executor, fileID: fileID, line: line).first
    }
}
