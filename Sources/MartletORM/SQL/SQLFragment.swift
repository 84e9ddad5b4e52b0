/// A piece of a statement whose columns do not yet have the alias of their table.
///
/// Which alias a path of relations has is known only once the whole statement is; ``SQLRenderer`` gives it.
struct SQLFragment: Sendable, ExpressibleByStringLiteral {
    enum Part: Sendable {
        case text(String)
        case value(SQLValue)
        case column(JoinPath, String)
        case exists(Result<RelatedRows, ORMError>, of: JoinPath, where: SQLFragment?)
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

    /// The fragments with a separator between them.
    static func joined(_ fragments: some Collection<SQLFragment>, separator: String) -> SQLFragment {
        var parts: [Part] = []
        for fragment in fragments {
            if !parts.isEmpty { parts.append(.text(separator)) }
            parts += fragment.parts
        }
        return SQLFragment(parts)
    }

    /// The same piece, seen from a row that reaches its root by `path`.
    func reached(by path: JoinPath) -> SQLFragment {
        guard !path.hops.isEmpty else { return self }
        return SQLFragment(
            parts.map { part in
                switch part {
                case .text, .value: part
                case .column(let own, let name): .column(path.appending(own), name)
                case .exists(let rows, let own, let predicate):
                    .exists(rows, of: path.appending(own), where: predicate)
                case .varying(let fragment): .varying { fragment($0).reached(by: path) }
                }
            })
    }
}
