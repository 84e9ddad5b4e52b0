/// What to load for all rows of a query, once they are there.
///
/// It knows rows only through two closures, one that visits the parents and one that puts what was loaded into a row, so
/// that a row can be wrapped in further ``With``s by wrapping the closures.
@usableFromInline
struct Prefetch<Row: ModelRow>: Sendable {
    /// Calls its argument for every row.
    @usableFromInline typealias Each = (_ visit: (Row) -> Void) -> Void
    /// Puts what was loaded into a row.
    @usableFromInline typealias Attach = @Sendable (inout Row) -> Void

    /// A prefetch under way for some rows: what it reads, and what to do when that is there.
    @usableFromInline
    struct Started: Sendable {
        @usableFromInline var branches: [any PrefetchBranch]
        @usableFromInline var attach: @Sendable (CallSite?) throws -> Attach

        @inlinable
        init(branches: [any PrefetchBranch], attach: @escaping @Sendable (CallSite?) throws -> Attach) {
            self.branches = branches
            self.attach = attach
        }
    }

    /// What is loaded, apart from the rows it is loaded for.
    @usableFromInline let plan: any PrefetchPlan
    /// The joined relations between the rows and those for which it is loaded.
    @usableFromInline let path: [ObjectIdentifier]
    @usableFromInline let begin: @Sendable (Each) throws -> Started

    @inlinable
    init(_ plan: any PrefetchPlan, begin: @escaping @Sendable (Each) throws -> Started) {
        self.init(plan, path: [], begin)
    }

    @inlinable
    init(
        _ plan: any PrefetchPlan, path: [ObjectIdentifier], _ begin: @escaping @Sendable (Each) throws -> Started
    ) {
        self.plan = plan
        self.path = path
        self.begin = begin
    }

    /// Begins to load for the rows that `each` visits.
    @inlinable
    func start(_ each: Each) throws -> Started {
        try begin(each)
    }

    /// Whether both put the same into rows of the same query.
    func isEqual(to other: Prefetch, _ dialect: Dialect) -> Bool {
        path == other.path && plan.isEqual(to: other.plan, dialect)
    }

    /// The same prefetch for rows that contain those of this one.
    ///
    /// - Parameter relation: The relation by which they contain them; `nil` when it is the same row with more around it.
    @inlinable
    func lifted<Outer: ModelRow>(
        through relation: (any Relation.Type)? = nil,
        each: @escaping @Sendable (_ outer: Prefetch<Outer>.Each, _ visit: (Row) -> Void) -> Void,
        attach: @escaping @Sendable (_ outer: inout Outer, _ attach: Attach) -> Void
    ) -> Prefetch<Outer> {
        let begin = self.begin
        return Prefetch<Outer>(plan, path: [relation].compactMap { $0.map(ObjectIdentifier.init) } + path) { outer in
            let started = try begin { visit in each(outer, visit) }
            return Prefetch<Outer>.Started(branches: started.branches) { location in
                let put = try started.attach(location)
                return { row in attach(&row, put) }
            }
        }
    }

    /// The same prefetch for rows with one more relation around them.
    @inlinable
    func lifted<R: Relation, Value>(into relation: R.Type) -> Prefetch<With<Row, R, Value>> {
        lifted { each, visit in
            each { (row: With<Row, R, Value>) in visit(row.base) }
        } attach: { row, attach in
            attach(&row.base)
        }
    }
}

extension Prefetch {
    /// Loads a relation with one statement for all parents; none when no parent has a key.
    ///
    /// - Parameters:
    ///   - isRequired: Whether a parent whose key leads to no row is an error.
    ///   - put: Puts the related rows of a parent into it.
    @inlinable
    init<R: Relation, Nested: ModelRow>(
        loading relation: R.Type, _ query: QuerySet<Nested>, isRequired: Bool = false,
        put: @escaping @Sendable (inout Row, [Nested]) -> Void
    ) where R.Source == Row.Root {
        var marked = query
        marked.select.origin = .prefetch(R.self)
        let query = marked
        let work = RelatedWork<R.Key, Nested>(decode: query.decode)
        self.init(RelatedPlan(R.self, query)) { each in
            var keys = DistinctKeys<R.Key>()
            each { row in
                if let key = R.key(of: row.root) { keys.insert(key) }
            }
            let wanted = isRequired ? keys.values : []
            let branch = try RelatedBranch(R.self, query, keys, work)
            return Started(branches: [branch]) { location in
                let found = try branch.related(at: location)
                if let missing = found.firstEmpty(among: wanted) {
                    throw ORMError.missingRelated(R.self, missing, location)
                }
                return { row in put(&row, R.key(of: row.root).map { found[$0] } ?? []) }
            }
        }
    }

    /// Loads everything for the rows and puts it into them.
    @inlinable
    static func run(
        _ prefetches: [Prefetch], _ rows: inout [Row], on session: any DatabaseSession, at location: CallSite?
    ) async throws {
        guard !rows.isEmpty, !prefetches.isEmpty else { return }
        let started = try prefetches.map { try $0.start { visit in for row in rows { visit(row) } } }
        try await PrefetchRounds(session: session, location: location).load(started.flatMap(\.branches))
        for prefetch in started { try prefetch.put(into: &rows, at: location) }
    }
}

extension Prefetch.Started {
    /// Puts what was loaded into the rows for which it was started.
    @inlinable
    func put(into rows: inout [Row], at location: CallSite?) throws {
        let attach = try attach(location)
        for index in rows.indices { attach(&rows[index]) }
    }
}

extension ORMError {
    @usableFromInline
    static func missingRelated<R: Relation>(
        _ relation: R.Type, _ key: R.Key, _ location: CallSite?
    ) -> ORMError {
        ORMError(
            .doesNotExist,
            "prefetchRelated(\\.\(R.name)) found no \(R.Target.self) with key \(key.sqlValue) for a \(R.Source.self) that "
                + "requires one. If the closure filters, give the relation a name of its own, whose value may be nil: "
                + "prefetchRelated(\\.\(R.name), as: Name.self).",
            table: R.Target.schema.table, location: location)
    }
}
