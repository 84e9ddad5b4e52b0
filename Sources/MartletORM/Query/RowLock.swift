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
    /// Locks the rows until the transaction ends, so that nobody else changes them.
    ///
    /// ```swift
    /// Invoice.objects.selectRelated(\.client).selectForUpdate(.skipLocked, of: \.self, \.client)
    /// ```
    ///
    /// PostgreSQL has row locks. On SQLite the query throws ``ORMError`` with code `invalidQuery`: a transaction there
    /// locks the whole database from its beginning.
    ///
    /// - Parameters:
    ///   - lock: What to do with rows that are locked already; `.wait` by default.
    ///   - noKey: Whether others may still insert rows that refer to these.
    ///   - tables: Whose rows: `\.self` of the query, `\.client` of a required relation; the query's when left out.
    public func selectForUpdate<each Columns: ModelColumns>(
        _ lock: RowLock = .wait, noKey: Bool = false, of tables: repeat KeyPath<Table.Columns, each Columns>
    ) -> QuerySet {
        let columns = Self.columns
        var paths: [JoinPath] = []
        repeat paths.append(columns[keyPath: each tables].joinPath)
        return changed { $0.lock = SelectStatement.Lock(kind: lock, noKey: noKey, paths: paths) }
    }

    /// What the query must run in: a transaction if it locks rows, one snapshot if it is several statements.
    @inlinable var sessionKind: SessionKind {
        let kind = select.sessionKind
        return kind == .read && !prefetches.isEmpty ? .snapshot : kind
    }
}

extension SelectStatement {
    /// What the statement by itself must run in.
    @usableFromInline var sessionKind: SessionKind { lock == nil ? .read : .transaction }

    struct Lock: Sendable {
        var kind: RowLock
        var noKey: Bool
        /// The ways to the tables whose rows are locked; the query's own when there are none.
        var paths: [JoinPath]

        /// The clause; tables that it names are joined.
        func clause(_ renderer: inout SQLRenderer) throws(ORMError) -> SQL {
            guard renderer.dialect == .postgreSQL else {
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
            var names: [String] = []
            for path in paths.isEmpty ? [.root] : paths {
                guard !path.hops.contains(where: \.isNullable) else { throw ORMError.nullableLock }
                names.append(try renderer.alias(of: path))
            }
            let tables = names.joined(separator: ", ")
            return SQL(raw: " FOR \(noKey ? "NO KEY " : "")UPDATE OF \(tables)\(behaviour)")
        }
    }
}

extension ORMError {
    fileprivate static var nullableLock: ORMError {
        ORMError(
            .invalidQuery,
            "selectForUpdate(of:) names a relation that may lead to no row, which PostgreSQL cannot lock in one statement. "
                + "Lock these rows by a query of their own.")
    }
}
