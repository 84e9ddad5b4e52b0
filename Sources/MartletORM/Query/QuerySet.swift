/// A query over a model's rows, as an immutable value: every method returns a new one, and nothing runs until a method
/// with `on:` is called.
///
/// ```swift
/// let page = try await Invoice.objects
///     .filter { $0.client.country == "DE" && $0.issuedOn >= start }
///     .selectRelated(\.client)
///     .order(by: \.issuedOn.descending).limit(50)
///     .all(on: database)
/// ```
///
/// The type of a row says what is loaded: `Invoice` here becomes `Invoice.With<Invoice.ClientRelation>`. Wherever
/// `limit` and `offset` stand, they apply last.
public struct QuerySet<Row: ModelRow>: Sendable {
    /// The model the rows begin with.
    public typealias Table = Row.Root

    /// What is read; one for all copies of the query, which is copied more often than changed.
    @usableFromInline var shared: SharedSelect
    @usableFromInline var decode: @Sendable (inout RowDecoder) throws -> Row
    @usableFromInline var prefetches: [Prefetch<Row>]
    /// The same rows by a join that brings related ones along, if there is such a join.
    @usableFromInline var relatedJoin: RelatedJoin<Row>?

    @usableFromInline
    var select: SelectStatement {
        get { shared.statement }
        _modify {
            var changed = shared.statement
            defer { shared = SharedSelect(changed) }
            yield &changed
        }
    }

    // This and what decodes is inlined, so that a row is decoded in the module that has its model, which knows its layout.
    @inlinable
    init(
        select: SelectStatement, decode: @escaping @Sendable (inout RowDecoder) throws -> Row,
        prefetches: [Prefetch<Row>]
    ) {
        self.init(shared: SharedSelect(select), decode: decode, prefetches: prefetches)
    }

    @inlinable
    init(
        shared: SharedSelect, decode: @escaping @Sendable (inout RowDecoder) throws -> Row, prefetches: [Prefetch<Row>]
    ) {
        self.shared = shared
        self.decode = decode
        self.prefetches = prefetches
    }

    @usableFromInline
    static var columns: Table.Columns {
        Table.Columns(joinPath: JoinPath(hops: [], origin: Table.schema.table))
    }
}

extension QuerySet where Row: Model {
    /// All rows of the model.
    @inlinable
    public init() {
        self.init(
            shared: Row.schema.allRows.select(Row.self), decode: { row in try Row(from: &row) }, prefetches: [])
    }
}

extension QuerySet {
    /// Keeps the rows for which the condition holds, of those kept so far.
    ///
    /// Relations may be followed, `$0.client.country == "DE"`; each is joined once, whatever else uses it.
    public func filter(_ condition: (Table.Columns) -> Condition) -> QuerySet {
        changed { $0.require(condition(Self.columns).fragment) }
    }

    /// Leaves out the rows for which the condition holds; those where it is unknown for a `NULL` stay.
    public func exclude(_ condition: (Table.Columns) -> Condition) -> QuerySet {
        changed { $0.require(condition(Self.columns).negated.fragment) }
    }

    /// Sorts the rows, by the first term, then where that is equal by the next; replaces an order given before.
    ///
    /// A term is a column or an expression, also of a related row, `.descending` or not:
    /// `order(by: \.client.name, \.issuedOn.descending)`.
    public func order<each Term: OrderTerm>(by terms: repeat KeyPath<Table.Columns, each Term>) -> QuerySet {
        let columns = Self.columns
        var order: [Ordering] = []
        repeat order.append(columns[keyPath: each terms].ordering)
        return changed { $0.order = order }
    }

    /// Returns at most so many rows; in a prefetch, so many for each parent.
    public func limit(_ count: Int) -> QuerySet {
        changed { select in
            select.limit = count
            if count < 0 { select.problem = .negative("limit", count) }
        }
    }

    /// Passes over so many rows first; in a prefetch, so many of each parent.
    public func offset(_ count: Int) -> QuerySet {
        changed { select in
            select.offset = count
            if count < 0 { select.problem = .negative("offset", count) }
        }
    }

    /// Returns equal rows once; rows that differ in what they are ordered by are not equal.
    public func distinct() -> QuerySet {
        changed { $0.isDistinct = true }
    }

    /// The statement that ``all(on:fileID:line:)`` runs for the rows themselves, with its bindings.
    ///
    /// - Parameter dialect: The database product; its placeholders are in the text, `?` or `$1`.
    /// - Throws: ``ORMError`` when the query has no meaning.
    public func sql(for dialect: Dialect = .sqlite) throws -> SQL {
        let sql = try asItRuns.select.sql(dialect, restoresOrder: true)
        return SQL(raw: dialect.numbered(sql.text).text, bindings: sql.bindings)
    }

    /// The join that runs in place of the query.
    @inlinable var join: RelatedJoin<Row>? {
        guard let relatedJoin, relatedJoin.answers(select) else { return nil }
        return relatedJoin
    }

    /// The query whose rows are read.
    var asItRuns: QuerySet { join?.ordered ?? self }

    func changed(_ change: (inout SelectStatement) -> Void) -> QuerySet {
        var copy = self
        change(&copy.select)
        copy.relatedJoin = relatedJoin?.changed(change)
        return copy
    }
}

extension ORMError {
    static func negative(_ clause: String, _ count: Int) -> ORMError {
        ORMError(.invalidQuery, "\(clause)(\(count)) has no meaning: give a number that is not negative.")
    }
}
