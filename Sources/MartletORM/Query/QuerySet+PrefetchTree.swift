// A tree is a prefetch whose one statement follows the relation from row to row, as far as it goes.

extension QuerySet {
    /// Loads everything below the rows, by one recursive statement: `project.children[0].children[0].name`.
    ///
    /// Rows that form a circle end where they would come again.
    ///
    /// - Parameter depth: The number of levels, at most 1 000; all there are by default.
    public func prefetchTree<R: ToMany>(
        _ relation: KeyPath<Table.Relations, R>, depth: Int? = nil
    ) -> QuerySet<With<Row, R, [Tree<Table, R>]>> where R.Source == Table, R.Target == Table {
        prefetchTree(relation, depth: depth) { $0 }
    }

    /// Loads everything below the rows, by one recursive statement, refined by the closure.
    ///
    /// It may filter, order, select and prefetch further. A row that it leaves out is left out with everything below it.
    ///
    /// - Parameter depth: The number of levels, at most 1 000; all there are by default.
    public func prefetchTree<R: ToMany, Nested: ModelRow>(
        _ relation: KeyPath<Table.Relations, R>, depth: Int? = nil,
        _ nested: (QuerySet<Table>) -> QuerySet<Nested>
    ) -> QuerySet<With<Row, R, [Tree<Nested, R>]>> where R.Source == Table, R.Target == Table, Nested.Root == Table {
        prefetchingTree(R.self, depth, nested(Table.objects)) { $0 }
    }

    /// Loads everything above the rows, by one recursive statement: `project.parent?.parent?.name`.
    ///
    /// - Parameter depth: The number of levels, at most 1 000; all there are by default.
    public func prefetchTree<R: OptionalOne>(
        _ relation: KeyPath<Table.Relations, R>, depth: Int? = nil
    ) -> QuerySet<With<Row, R, Tree<Table, R>?>> where R.Source == Table, R.Target == Table {
        prefetchTree(relation, depth: depth) { $0 }
    }

    /// Loads everything above the rows, by one recursive statement, refined by the closure; `nil` above a row that it leaves
    /// out.
    ///
    /// - Parameter depth: The number of levels, at most 1 000; all there are by default.
    public func prefetchTree<R: OptionalOne, Nested: ModelRow>(
        _ relation: KeyPath<Table.Relations, R>, depth: Int? = nil,
        _ nested: (QuerySet<Table>) -> QuerySet<Nested>
    ) -> QuerySet<With<Row, R, Tree<Nested, R>?>> where R.Source == Table, R.Target == Table, Nested.Root == Table {
        prefetchingTree(R.self, depth, nested(Table.objects)) { $0.first }
    }

    private func prefetchingTree<R: Relation, Nested: ModelRow, Value>(
        _ relation: R.Type, _ depth: Int?, _ related: QuerySet<Nested>,
        value: @escaping @Sendable ([Tree<Nested, R>]) -> Value
    ) -> QuerySet<With<Row, R, Value>> where R.Source == Table, R.Target == Table, Nested.Root == Table {
        adding(R.self, Prefetch(loadingTree: R.self, depth, related) { $0.value = value($1) })
    }
}

extension Prefetch {
    /// Loads a relation of a model to itself from row to row, with one statement for all parents.
    fileprivate init<R: Relation, Nested: ModelRow>(
        loadingTree relation: R.Type, _ depth: Int?, _ query: QuerySet<Nested>,
        put: @escaping @Sendable (inout Row, [Tree<Nested, R>]) -> Void
    ) where R.Source == Row.Root, R.Target == R.Source, Nested.Root == Row.Root {
        let shape = RelatedShape.tree(keys: R.Key.storage, depth: depth)
        let plan = RelatedPlan(R.self, query.changed { $0.origin = .prefetch(R.self) }, shape: shape)
        self.init(plan) { each in
            let (branch, parents) = try plan.branch(each)
            return Started(branches: [branch]) { location in
                var builder = TreeBuilder<Nested, R>(try branch.related(at: location), depth: depth)
                var trees: [R.Source.ID: [Tree<Nested, R>]] = [:]
                for parent in parents { trees[parent.id] = try builder.trees(below: parent) }
                let found = trees
                return { row in put(&row, found[row.root.id] ?? []) }
            }
        }
    }
}
