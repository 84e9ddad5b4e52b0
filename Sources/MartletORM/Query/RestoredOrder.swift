/// The order of a long page by whole numbers, which is seen to here and not by the database after its joins.
///
/// PostgreSQL takes the page in order and joins the others to it, which keeps the order nearly always. Asked for it all the same,
/// it sorts once more, and looks the joined rows up one by one to spare that, which takes twice as long as to read their table.
@usableFromInline
struct RestoredOrder: Sendable {
    @usableFromInline
    struct Term: Sendable {
        /// Where the column stands in the row.
        @usableFromInline var position: Int
        var isDescending: Bool
    }

    @usableFromInline let terms: [Term]

    init(_ terms: [Term]) {
        self.terms = terms
    }

    /// The rows in order.
    @inlinable
    func sorted<Row>(_ rows: [Row], by keys: [Int64]) -> [Row] {
        guard let order = permutation(keys) else { return rows }
        return order.map { rows[$0] }
    }

    /// At which place each row was, in order; `nil` where they are in order.
    @usableFromInline
    func permutation(_ keys: [Int64]) -> [Int]? {
        let places = 0..<(keys.count / terms.count)
        let isSorted = zip(places, places.dropFirst()).allSatisfy { !precedes($1, $0, keys) }
        return isSorted ? nil : places.sorted { precedes($0, $1, keys) }
    }

    private func precedes(_ left: Int, _ right: Int, _ keys: [Int64]) -> Bool {
        for (index, term) in terms.enumerated() {
            let (left, right) = (keys[left * terms.count + index], keys[right * terms.count + index])
            if left != right { return (left < right) != term.isDescending }
        }
        return false
    }
}

extension SelectStatement {
    /// How the rows are put into order where the statement does not ask for it; `nil` where it does.
    @usableFromInline
    func restoredOrder(_ dialect: Dialect) -> RestoredOrder? {
        guard dialect == .postgreSQL, limit != nil, !isPage, !order.isEmpty, let runs, runs.count > 1,
            let own = runs.first, own.path.hops.isEmpty
        else { return nil }
        var terms: [RestoredOrder.Term] = []
        for term in order {
            guard case .column(let path, let name)? = term.fragment.parts.first, term.fragment.parts.count == 1,
                path.hops.isEmpty, let position = own.numbers[name]
            else { return nil }
            terms.append(RestoredOrder.Term(position: position, isDescending: term.isDescending))
        }
        return RestoredOrder(terms)
    }
}

extension QuerySet {
    /// Runs the statement of ``all(on:fileID:line:)`` and returns its rows in order.
    @inlinable
    func read(_ statement: Statement, on session: any DatabaseSession) async throws -> [Row] {
        guard let order = select.restoredOrder(session.dialect) else {
            return try await session.perform(statement, decode: decode).rows
        }
        let decode = decode
        let collector = KeyedRowCollector<Int64, Row> { row, keys in
            for term in order.terms { keys.append(try row.wholeNumber(ahead: term.position)) }
        } decode: {
            try decode(&$0)
        }
        _ = try await session.perform(statement, into: collector.sink)
        let (keys, rows) = collector.takeAll()
        return order.sorted(rows, by: keys)
    }
}
