/// A session of one database of a ``RoutedDatabase``, from which prefetches reach the others.
struct RoutedSession: DatabaseSession {
    private let session: any DatabaseSession
    private let place: ReplicaSet
    private let routes: Routes

    init(_ session: any DatabaseSession, at place: ReplicaSet, _ routes: Routes) {
        self.session = session
        self.place = place
        self.routes = routes
    }

    var dialect: Dialect { session.dialect }
    var sendsTogether: Bool { session.sendsTogether }

    /// Runs the statement here, or a prefetch where the related rows are.
    func run(_ statement: Statement, into sink: RowSink) async throws -> StatementCounts {
        guard case .prefetch(let relation)? = statement.origin else {
            return try await session.run(statement, into: sink)
        }
        let target = routes.place(of: relation.target.schema.table)
        if target === place { return try await session.run(statement, into: sink) }
        return try await target.withSession(.read) { try await $0.run(statement, into: sink) }
    }

    func stream<Row: Sendable>(
        _ statement: Statement, chunk: Int, decode: @escaping @Sendable (inout RowDecoder) throws -> Row,
        _ body: ([Row]) async throws -> Void
    ) async throws {
        try await session.stream(statement, chunk: chunk, decode: decode, body)
    }

    /// Refuses tables of several databases.
    func requireOnePlace(_ tables: Set<String>) throws(ORMError) {
        _ = try routes.place(of: tables)
    }

    /// Refuses tables that are not in the session's own database.
    func requireOwn(_ tables: Set<String>) throws(ORMError) {
        guard try routes.place(of: tables) !== place else { return }
        throw ORMError(
            .invalidQuery,
            "The transaction is on another database than \(tables.sorted().joined(separator: ", ")). "
                + "Begin one there: database.transaction(for: Model.self).")
    }
}

extension DatabaseSession {
    /// Refuses a prefetch whose tables are in several databases.
    func requireOnePlace(_ tables: @autoclosure () -> Set<String>) throws(ORMError) {
        try (self as? RoutedSession)?.requireOnePlace(tables())
    }
}
