/// A row together with a value that the database computed for it.
///
/// Properties of the row and the value are read as if they were its own: `row.number`, `row.lineCount`. Encoded, it is the
/// row's own object in which the name holds the value.
@dynamicMemberLookup
public struct Annotated<Base: ModelRow, N: RowName, Value: Sendable & Encodable>: ExtendedRow {
    /// The model the row begins with.
    public typealias Root = Base.Root

    @usableFromInline var base: Base
    @usableFromInline var value: Value

    /// Puts a row and a value together; for tests and for values that do not come from a query.
    @inlinable
    public init(_ base: Base, _ name: N.Type = N.self, _ value: Value) {
        self.base = base
        self.value = value
    }

    /// The model's own values.
    @inlinable public var root: Base.Root { base.root }

    /// The name of the value.
    public typealias Name = N.Name

    /// The row so far.
    @inlinable
    public static func base(of row: Annotated) -> Base { row.base }

    /// The value.
    @inlinable
    public static func extra(of row: Annotated) -> Value { row.value }

    /// Reads a property of the model.
    @_disfavoredOverload
    @inlinable
    public subscript<Property>(dynamicMember path: KeyPath<Base.Root, Property>) -> Property { root[keyPath: path] }

    /// Reads the value.
    @inlinable
    public subscript(dynamicMember path: KeyPath<N.Name, Marker>) -> Value { value }
}

extension Annotated: Encodable {
    /// Encodes the row's own object, in which the name holds the value.
    public func encode(to encoder: any Encoder) throws {
        try base.encode(to: encoder)
        var container = encoder.container(keyedBy: RelationKey.self)
        try container.encode(value, forKey: RelationKey(stringValue: N.name))
    }
}

extension Annotated: Equatable where Base: Equatable, Value: Equatable {}
extension Annotated: Hashable where Base: Hashable, Value: Hashable {}

extension QuerySet {
    /// Lets the database compute a value for each row, which the row then has under a name.
    ///
    /// ```swift
    /// @RowName enum LineCount {}
    ///
    /// let rows = try await Invoice.objects.annotate(LineCount.self) { $0.lines.count }.all(on: database)
    /// rows[0].lineCount
    /// ```
    ///
    /// To filter and order by it too, write it as a property of the columns, once:
    /// `extension Invoice.Columns { var lineCount: SQLExpression<Int> { lines.count } }`.
    @inlinable
    public func annotate<N: RowName, Term: SelectExpression>(
        _ name: N.Type, _ compute: (Table.Columns) -> Term
    ) -> QuerySet<Annotated<Row, N, Term.Value>> where Term.Value: Encodable {
        annotated(N.self, compute(Self.columns).expression)
    }

    @inlinable
    func annotated<N: RowName, Value: ColumnValue & Encodable>(
        _ name: N.Type, _ term: SQLExpression<Value>
    ) -> QuerySet<Annotated<Row, N, Value>> {
        let decode = self.decode
        var query = QuerySet<Annotated<Row, N, Value>>(
            select: select.annotated(N.name, term),
            decode: { row in Annotated(try decode(&row), N.self, try row.next(as: Value.self)) },
            prefetches: prefetches.map { $0.lifted(into: N.self) })
        query.relatedJoin = relatedJoin?.lifted(into: N.self) { $0.annotated(N.self, term) }
        return query
    }
}

extension Prefetch {
    /// The same prefetch for rows with a value beside them.
    @inlinable
    func lifted<N: RowName, Value>(into name: N.Type) -> Prefetch<Annotated<Row, N, Value>> {
        lifted { each, visit in
            each { (row: Annotated<Row, N, Value>) in visit(row.base) }
        } attach: { row, attach in
            attach(&row.base)
        }
    }
}

extension SelectStatement {
    @usableFromInline
    func annotated<Value>(_ name: String, _ term: SQLExpression<Value>) -> SelectStatement {
        var annotated = self
        annotated.columns.append(term.fragment)
        if term.fragment.isAggregate { annotated.problem = .aggregateAnnotation(name) }
        return annotated
    }
}

extension ORMError {
    fileprivate static func aggregateAnnotation(_ name: String) -> ORMError {
        ORMError(
            .invalidQuery,
            "annotate gives each row a value, and \(name) is one of many rows. For a value over related rows write "
                + "$0.lines.aggregate { $0.amount.sum }, over the rows around it .over(partition:), for groups values(on:)."
        )
    }
}
