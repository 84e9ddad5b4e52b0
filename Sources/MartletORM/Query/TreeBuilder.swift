/// Makes trees of rows that are grouped by the key they belong to.
struct TreeBuilder<Row: ModelRow, R: Relation> where R.Source == Row.Root, R.Target == Row.Root {
    private struct Place: Hashable {
        var key: R.Key
        /// The level, where a limit makes what is below depend on it.
        var level: Int?
    }

    private let groups: RowsByKey<R.Key, Row>
    private let depth: Int?
    private var made: [Place: [Tree<Row, R>]] = [:]

    init(_ groups: RowsByKey<R.Key, Row>, depth: Int?) {
        self.groups = groups
        self.depth = depth
    }

    /// What is below a row; a row that is above itself already is left out, and with it what is below.
    ///
    /// - Throws: ``ORMError`` with code `invalidQuery` when there are more levels than a value can have.
    mutating func trees(below row: Row.Root) throws(ORMError) -> [Tree<Row, R>] {
        try trees(of: R.key(of: row), level: 1, above: [row.id]).trees
    }

    /// - Returns: The trees, and whether something was left out, so that they hold here only.
    private mutating func trees(
        of key: R.Key?, level: Int, above: Set<Row.Root.ID>
    ) throws(ORMError) -> (trees: [Tree<Row, R>], isCut: Bool) {
        guard let key, level <= depth ?? level else { return ([], false) }
        let rows = groups[key]
        if rows.isEmpty { return ([], false) }
        guard level <= treeDepthLimit else { throw .deepTree(R.self) }
        let place = Place(key: key, level: depth.map { _ in level })
        if let trees = made[place] { return (trees, false) }
        var trees: [Tree<Row, R>] = []
        var isCut = false
        for row in rows {
            guard !above.contains(row.root.id) else {
                isCut = true
                continue
            }
            let below = try self.trees(
                of: R.key(of: row.root), level: level + 1, above: above.union(CollectionOfOne(row.root.id)))
            trees.append(Tree(row, R.self, below.trees))
            isCut = isCut || below.isCut
        }
        if !isCut { made[place] = trees }
        return (trees, isCut)
    }
}

extension ORMError {
    fileprivate static func deepTree<R: Relation>(_ relation: R.Type) -> ORMError {
        ORMError(
            .invalidQuery,
            "prefetchTree(\\.\(R.name)) found more than \(treeDepthLimit) levels of \(R.Target.self). Say how many are "
                + "needed: prefetchTree(\\.\(R.name), depth: 100).",
            table: R.Target.schema.table)
    }
}
