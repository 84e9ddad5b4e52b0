/// A query in which a row comes once for each of its related rows.
///
/// ``QuerySet/all(on:fileID:line:)`` runs it in place of the query itself where the answer is the same: it needs one
/// statement less.
@usableFromInline
final class RelatedJoin<Row: ModelRow>: Sendable {
    /// The query; behind a row's own columns are those of one related row.
    @usableFromInline let query: QuerySet<Row>
    /// The order of the rows that are related to one and the same.
    @usableFromInline let order: [Ordering]
    /// Adds to a row the related ones of another with the same key.
    @usableFromInline let merge: @Sendable (inout Row, Row) -> Void

    @usableFromInline
    init(_ query: QuerySet<Row>, order: [Ordering], merge: @escaping @Sendable (inout Row, Row) -> Void) {
        self.query = query
        self.order = order
        self.merge = merge
    }

    /// Whether the answer is that of the query itself, which is `select`: not if it slices rows, locks them, or looks at
    /// those around.
    @usableFromInline
    func answers(_ select: SelectStatement) -> Bool {
        guard !select.isSliced, select.lock == nil, select.problem == nil else { return false }
        let fragments = query.select.columns + select.order.map(\.fragment) + [select.filter].compactMap { $0 }
        return fragments.allSatisfy(\.isSameInJoin)
    }

    /// The query in its order, and within that in the order of the related rows.
    @usableFromInline var ordered: QuerySet<Row> {
        guard !order.isEmpty else { return query }
        return query.changed { select in
            select.order = (select.order.isEmpty ? [select.keyOrder] : select.order) + order
        }
    }

    func changed(_ change: (inout SelectStatement) -> Void) -> RelatedJoin {
        RelatedJoin(query.changed(change), order: order, merge: merge)
    }

    @usableFromInline
    func requiringKey(_ key: SQLValue) -> RelatedJoin {
        changed { $0.requireKey(key) }
    }

    /// The same for rows with one more relation around them.
    @inlinable
    func lifted<R: Relation, Value>(
        into relation: R.Type, _ extend: (QuerySet<Row>) -> QuerySet<With<Row, R, Value>>
    ) -> RelatedJoin<With<Row, R, Value>> {
        let merge = self.merge
        return RelatedJoin<With<Row, R, Value>>(extend(query), order: order) { merge(&$0.base, $1.base) }
    }

    /// The same for rows with a value beside them.
    @inlinable
    func lifted<N: RowName, Value>(
        into name: N.Type, _ extend: (QuerySet<Row>) -> QuerySet<Annotated<Row, N, Value>>
    ) -> RelatedJoin<Annotated<Row, N, Value>> {
        let merge = self.merge
        return RelatedJoin<Annotated<Row, N, Value>>(extend(query), order: order) { merge(&$0.base, $1.base) }
    }
}

extension RelatedJoin {
    /// Runs the query and returns each row once, where it came first, with all of its related rows.
    @inlinable
    func rows(on executor: some QueryExecutor, at location: CallSite) async throws -> [Row] {
        let query = ordered
        guard let statement = try query.select.statement(executor.dialect, at: location) else { return [] }
        return try await executor.withSession(
            query.sessionKind, over: query.select.tables(executor.dialect)
        ) { session in
            var rows = collapsed(try await session.perform(statement, decode: query.decode).rows)
            try await query.finish(&rows, on: session, at: location)
            return rows
        }
    }

    @inlinable
    func collapsed(_ joined: [Row]) -> [Row] {
        var rows: [Row] = []
        var positions: [Row.Root.ID: Int] = [:]
        for row in joined {
            let key = row.root.id
            // Most often they come one after the other.
            if !rows.isEmpty, rows[rows.count - 1].root.id == key {
                merge(&rows[rows.count - 1], row)
            } else if let position = positions[key] {
                merge(&rows[position], row)
            } else {
                positions[key] = rows.count
                rows.append(row)
            }
        }
        return rows
    }
}

extension SQLFragment {
    /// Whether the value is the same each time a row comes: it is not computed over the rows around, nor random.
    ///
    /// What is written by hand and looks like that counts as such.
    fileprivate var isSameInJoin: Bool {
        parts.allSatisfy { part in
            switch part {
            case .text(let text): ["over", "random"].allSatisfy { !text.lowercased().contains($0) }
            case .varying(let fragment): fragment(.sqlite).isSameInJoin && fragment(.postgreSQL).isSameInJoin
            case .aggregate(let fragment): fragment.isSameInJoin
            case .value, .column, .related, .subquery, .outer, .rendered: true
            }
        }
    }
}
