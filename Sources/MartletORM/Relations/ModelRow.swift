/// A row of a query: a model, or a ``With`` around one that carries what was loaded beside it.
public protocol ModelRow: Sendable, Encodable {
    /// The model the row begins with.
    associatedtype Root: Model
    /// The model's own values.
    var root: Root { get }
}

extension ModelRow {
    /// This row type with one more relation loaded, to be named in a signature:
    /// `[Invoice.With<Invoice.ClientRelation>.With<Invoice.LinesRelation>]`.
    public typealias With<R: Relation> = MartletORM.With<Self, R, R.Value> where R.Source == Root

    /// This row type with everything below loaded by `prefetchTree`: `[Project.WithTree<Project.ChildrenRelation>]`.
    public typealias WithTree<R: ToMany> = MartletORM.With<Self, R, [Tree<Root, R>]>
    where R.Source == Root, R.Target == Root
}
