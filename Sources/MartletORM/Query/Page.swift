import Foundation

/// Some rows of a query, and where the next ones begin; see ``QuerySet/page(after:size:on:fileID:line:)``.
public struct Page<Row: ModelRow>: Sendable, Encodable {
    /// The rows, in order.
    public let rows: [Row]
    /// What gives the next page, `nil` when these are the last rows; a text that may travel in an address.
    public let next: String?
}

extension QuerySet {
    /// Returns so many rows behind those of another page, found by the values they are ordered by and not by counting.
    ///
    /// ```swift
    /// let query = Invoice.objects.order(by: \.issuedOn.descending)
    /// let first = try await query.page(size: 50, on: database)
    /// let second = try await query.page(after: first.next, size: 50, on: database)
    /// ```
    ///
    /// A late page costs what the first one does, and rows that come or go before it do not shift it. The primary key
    /// follows the order, so that it is the same each time.
    ///
    /// - Throws: ``ORMError`` with code `invalidQuery` when `after` is not the text that a page of the same order gave.
    public func page(
        after cursor: String? = nil, size: Int, on executor: some QueryExecutor, fileID: String = #fileID,
        line: Int = #line
    ) async throws -> Page<Row> {
        guard size > 0 else { throw ORMError.negative("page(size:)", size) }
        let location = CallSite(fileID: fileID, line: line)
        let order = select.pageOrder
        var paged = changed { select in
            select.order = order
            select.limit = size + 1
        }
        if select.isSliced { paged.select.problem = .slicedPage }
        if let cursor { paged.select.require(try PageCursor(cursor, count: order.count).condition(after: order)) }
        paged.select.columns += order.map(\.fragment)
        let decode = self.decode
        let statement = Statement(try paged.select.sql(executor.dialect), at: location)
        return try await executor.withSession(sessionKind, over: paged.select.tables(executor.dialect)) { session in
            let found = try await session.perform(statement) { row in
                (row: try decode(&row), place: try order.map { _ in try row.nextValue() })
            }.rows
            var rows = found.prefix(size).map(\.row)
            try await finish(&rows, on: session, at: location)
            let next = found.count > size ? PageCursor(found[size - 1].place).text : nil
            return Page(rows: rows, next: next)
        }
    }
}

extension SelectStatement {
    /// The order with the primary key behind it, and the place of `NULL` written out, which products see differently.
    fileprivate var pageOrder: [Ordering] {
        (order + [keyOrder]).map { term in
            var term = term
            term.nulls = term.nulls ?? (term.isDescending ? .last : .first)
            return term
        }
    }
}

/// The values by which the last row of a page is ordered.
private struct PageCursor {
    private let values: [SQLValue]

    init(_ values: [SQLValue]) {
        self.values = values
    }

    init(_ text: String, count: Int) throws(ORMError) {
        let padded = text.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
        let missing = String(repeating: "=", count: (4 - padded.count % 4) % 4)
        guard let data = Data(base64Encoded: padded + missing),
            let items = try? JSONDecoder().decode([Item].self, from: data), items.count == count
        else {
            throw ORMError(
                .invalidQuery,
                "\"\(text.prefix(80))\" is not where a page of this query ended. Give page(after:) the `next` of a page "
                    + "with the same order, or nothing for the first one.")
        }
        values = items.map(\.value)
    }

    /// A text of letters, digits, `-` and `_`.
    var text: String {
        let data = (try? JSONEncoder().encode(values.map(Item.init))) ?? Data()
        return data.base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }

    /// Rows behind this place: larger in the first term, or equal there and larger in the next, and so on.
    func condition(after order: [Ordering]) -> SQLFragment {
        var alternatives: [SQLFragment] = []
        var equal: [SQLFragment] = []
        for (term, value) in zip(order, values) {
            if let beyond = Self.beyond(term, value) {
                alternatives.append("(" + .joined(equal + [beyond], separator: " AND ") + ")")
            }
            equal.append(
                value.isNull ? term.fragment + " IS NULL" : term.fragment + " = " + .value(value))
        }
        return "(" + .joined(alternatives, separator: " OR ") + ")"
    }

    private static func beyond(_ term: Ordering, _ value: SQLValue) -> SQLFragment? {
        let nullsLast = term.nulls == .last
        if value.isNull { return nullsLast ? nil : term.fragment + " IS NOT NULL" }
        let larger = term.fragment + (term.isDescending ? " < " : " > ") + .value(value)
        return nullsLast ? "(" + larger + " OR " + term.fragment + " IS NULL)" : larger
    }

    private struct Item: Codable {
        var i: Int64?
        var r: Double?
        var t: String?
        var d: Date?

        init(_ value: SQLValue) {
            switch value {
            case .integer(let number): i = number
            case .real(let number): r = number
            case .text(let text): t = text
            case .timestamp(let date): d = date
            case .null, .blob, .array: break
            }
        }

        var value: SQLValue {
            if let i { return .integer(i) }
            if let r { return .real(r) }
            if let d { return .timestamp(d) }
            return t.map(SQLValue.text) ?? .null
        }
    }
}

extension ORMError {
    fileprivate static var slicedPage: ORMError {
        ORMError(
            .invalidQuery,
            "page(after:size:on:) slices by itself and cannot follow limit, offset, distinct or a union; leave those out."
        )
    }
}
