/// What a query does with rows that another transaction has locked; see ``QuerySet/selectForUpdate(_:noKey:)``.
public enum RowLock: Sendable, Hashable {
    /// Waits until they are free.
    case wait
    /// Fails at once.
    case noWait
    /// Leaves them out.
    case skipLocked
}

extension QuerySet {
    /// Locks the rows of the query's own table until the transaction ends, so that nobody else changes them.
    ///
    /// PostgreSQL has row locks. On SQLite the query throws ``ORMError`` with code `invalidQuery`: a transaction there
    /// locks the whole database from its beginning.
    ///
    /// - Parameters:
    ///   - lock: What to do with rows that are locked already; `.wait` by default.
    ///   - noKey: Whether others may still insert rows that refer to these.
    public func selectForUpdate(_ lock: RowLock = .wait, noKey: Bool = false) -> QuerySet {
        changed { $0.lock = SelectStatement.Lock(kind: lock, noKey: noKey) }
    }

    /// What the query must run in: a transaction if it locks rows, one snapshot if it is several statements.
    @usableFromInline var sessionKind: SessionKind {
        if select.lock != nil { return .transaction }
        return prefetches.isEmpty ? .read : .snapshot
    }
}

extension SelectStatement {
    struct Lock: Sendable {
        var kind: RowLock
        var noKey: Bool

        func clause(_ dialect: Dialect, table: String) throws(ORMError) -> SQL {
            guard dialect == .postgreSQL else {
                throw ORMError(
                    .invalidQuery,
                    "SQLite has no row locks, so selectForUpdate means nothing there: a transaction locks the whole "
                        + "database from its beginning. Leave it out, and read within the transaction that writes.")
            }
            let behaviour =
                switch kind {
                case .wait: ""
                case .noWait: " NOWAIT"
                case .skipLocked: " SKIP LOCKED"
                }
            return SQL(raw: " FOR \(noKey ? "NO KEY " : "")UPDATE OF \(table)\(behaviour)")
        }
    }
}
