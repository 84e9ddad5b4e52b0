/// A piece of a statement whose columns do not yet have the alias of their table.
///
/// Which alias a path of relations has is known only once the whole statement is; ``SQLRenderer`` gives it.
struct SQLFragment: Sendable, ExpressibleByStringLiteral {
    enum Part: Sendable {
        case text(String)
        case value(SQLValue)
        case column(JoinPath, String)
        /// Whether there are related rows, or a value computed from them.
        case related(RelatedQuery)
        /// A query of its own, in parentheses.
        case subquery(SelectStatement)
        /// A piece within a subquery that belongs to the query around it.
        case outer(SQLFragment)
        /// A value computed over many rows.
        case aggregate(SQLFragment)
        /// A piece that has its aliases already.
        case rendered(SQL)
        /// What each product writes in its own way.
        case varying(@Sendable (Dialect) -> SQLFragment)
    }

    var parts: [Part]

    init(_ parts: [Part]) {
        self.parts = parts
    }

    init(stringLiteral value: String) {
        parts = [.text(value)]
    }

    static func raw(_ text: String) -> SQLFragment {
        SQLFragment([.text(text)])
    }

    static func value(_ value: SQLValue) -> SQLFragment {
        SQLFragment([.value(value)])
    }

    static func column(_ path: JoinPath, _ name: String) -> SQLFragment {
        SQLFragment([.column(path, name)])
    }

    static func + (left: SQLFragment, right: SQLFragment) -> SQLFragment {
        SQLFragment(left.parts + right.parts)
    }

    /// SQL written by hand, in parentheses, so that what stands around it does not take it apart.
    static func written(_ sql: SQL) -> SQLFragment {
        var parts: [Part] = [.text("(")]
        var remaining = sql.bindings[...]
        for (index, piece) in Dialect.pieces(of: sql.text).enumerated() {
            if index > 0 { parts.append(remaining.popFirst().map(Part.value) ?? .text("?")) }
            parts.append(.text(piece))
        }
        return SQLFragment(parts + [.text(")")])
    }

    /// The fragments with a separator between them.
    static func joined(_ fragments: some Collection<SQLFragment>, separator: String) -> SQLFragment {
        var parts: [Part] = []
        for fragment in fragments {
            if !parts.isEmpty { parts.append(.text(separator)) }
            parts += fragment.parts
        }
        return SQLFragment(parts)
    }

    /// A call of a function.
    static func call(_ name: String, _ arguments: [SQLFragment]) -> SQLFragment {
        .raw(name + "(") + .joined(arguments, separator: ", ") + ")"
    }

    /// Whether it has a value of many rows in it, so that rows cannot be grouped by it.
    var isAggregate: Bool {
        parts.contains { part in
            switch part {
            case .aggregate: true
            case .varying(let fragment): fragment(.sqlite).isAggregate
            // The aggregates of another query are none of this one.
            case .text, .value, .column, .related, .subquery, .outer, .rendered: false
            }
        }
    }

    /// Whether it has a column of a related row that there may not be, so that it may be `NULL`.
    var isOfOptionalRow: Bool {
        parts.contains { part in
            switch part {
            case .column(let path, _): path.hops.contains(where: \.isNullable)
            case .varying(let fragment): fragment(.sqlite).isOfOptionalRow
            case .aggregate(let fragment): fragment.isOfOptionalRow
            default: false
            }
        }
    }

    /// The same piece, seen from a row that reaches its root by `path`.
    func reached(by path: JoinPath) -> SQLFragment {
        guard !path.hops.isEmpty else { return self }
        return SQLFragment(
            parts.map { part in
                switch part {
                case .text, .value, .rendered: part
                case .column(let own, let name): .column(path.appending(own), name)
                case .related(let query): .related(query.reached(by: path))
                case .subquery(let query): .subquery(query.mapping { $0.mappingOuter { $0.reached(by: path) } })
                case .outer(let fragment): .outer(fragment)
                case .aggregate(let fragment): .aggregate(fragment.reached(by: path))
                case .varying(let fragment): .varying { fragment($0).reached(by: path) }
                }
            })
    }

    /// The piece with what it takes from the query around it changed.
    func mappingOuter(_ change: @escaping @Sendable (SQLFragment) -> SQLFragment) -> SQLFragment {
        SQLFragment(
            parts.map { part in
                switch part {
                case .outer(let fragment): .outer(change(fragment))
                case .aggregate(let fragment): .aggregate(fragment.mappingOuter(change))
                case .varying(let fragment): .varying { fragment($0).mappingOuter(change) }
                default: part
                }
            })
    }

    /// The piece with what it takes from the query around it written by that query's renderer.
    func resolvingOuter(
        _ dialect: Dialect, _ resolve: (SQLFragment) throws(ORMError) -> SQL
    ) throws(ORMError) -> SQLFragment {
        var resolved: [Part] = []
        for part in parts {
            switch part {
            case .outer(let fragment): resolved.append(.rendered(try resolve(fragment)))
            case .aggregate(let fragment):
                resolved.append(.aggregate(try fragment.resolvingOuter(dialect, resolve)))
            case .varying(let fragment): resolved += try fragment(dialect).resolvingOuter(dialect, resolve).parts
            default: resolved.append(part)
            }
        }
        return SQLFragment(resolved)
    }
}

/// A subquery over the rows of a to-many relation of one row.
struct RelatedQuery: Sendable {
    var rows: Result<RelatedRows, ORMError>
    /// The way to the row whose related rows they are.
    var path: JoinPath
    /// What is computed from them; `nil` asks whether there are any.
    var value: SQLFragment?
    var predicate: SQLFragment?

    func reached(by path: JoinPath) -> RelatedQuery {
        var copy = self
        copy.path = path.appending(self.path)
        copy.predicate = predicate?.mappingOuter { $0.reached(by: path) }
        return copy
    }
}
