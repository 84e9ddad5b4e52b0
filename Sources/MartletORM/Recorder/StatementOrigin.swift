/// Which models and which relation a statement reads, as far as the query that made it knows.
///
/// The recorder names the remedy with it: `.load(on:)` in a loop is cured by `selectRelated`, `lines.objects` by
/// `prefetchRelated`.
public enum StatementOrigin: Sendable {
    /// A query over a model's rows.
    case query(any Model.Type)
    /// ``Reference/load(on:fileID:line:)`` of a row of the model.
    case reference(any Model.Type)
    /// ``Many/objects``: the rows that a relation leads to from one parent.
    case related(any Relation.Type)
    /// `prefetchRelated`: the rows that a relation leads to from all parents.
    case prefetch(any Relation.Type)

    /// The model whose rows the statement reads.
    var model: any Model.Type {
        switch self {
        case .query(let model), .reference(let model): model
        case .related(let relation), .prefetch(let relation): relation.target
        }
    }
}

extension Relation {
    static var source: any Model.Type { Source.self }
    static var target: any Model.Type { Target.self }
    /// `Invoice.lines`.
    static var fullName: String { "\(Source.self).\(name)" }
}

extension StatementOrigin: Hashable {
    /// Whether both are the same kind of statement about the same model or relation.
    public static func == (left: StatementOrigin, right: StatementOrigin) -> Bool { left.identity == right.identity }

    /// Hashes the kind and the model or relation.
    public func hash(into hasher: inout Hasher) { hasher.combine(identity) }

    private struct Identity: Hashable {
        var kind: Int
        var type: ObjectIdentifier
    }

    private var identity: Identity {
        switch self {
        case .query(let model): Identity(kind: 0, type: ObjectIdentifier(model))
        case .reference(let model): Identity(kind: 1, type: ObjectIdentifier(model))
        case .related(let relation): Identity(kind: 2, type: ObjectIdentifier(relation))
        case .prefetch(let relation): Identity(kind: 3, type: ObjectIdentifier(relation))
        }
    }
}
