import Synchronization

/// A statement that copies of a query have in common.
@usableFromInline
final class SharedSelect: Sendable {
    let statement: SelectStatement

    @usableFromInline
    init(_ statement: SelectStatement) {
        self.statement = statement
    }

    /// The statement that reads the row with a key, where it need not be put together.
    @usableFromInline
    func lookup(_ key: SQLValue, as origin: StatementOrigin?, at location: CallSite) -> Statement? {
        statement.lookup(key, as: origin, at: location)
    }

    /// The tables that the statement reads.
    @usableFromInline
    func tables(_ dialect: Dialect) -> Set<String> { statement.tables(dialect) }
}

/// The statement for all rows of a model, where most queries begin; it is made once.
@usableFromInline
final class AllRows: Sendable {
    private let made = Mutex<SharedSelect?>(nil)

    @usableFromInline
    func select<M: Model>(_ model: M.Type) -> SharedSelect {
        // A schema that was written by hand may serve two models.
        if let shared = made.withLock({ $0 }), shared.statement.origin == .query(model) { return shared }
        let shared = SharedSelect(SelectStatement(model))
        made.withLock { $0 = shared }
        return shared
    }
}
