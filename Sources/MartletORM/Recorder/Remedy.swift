/// What to do about a finding, in the words of the query that is to be changed.
enum Remedy {
    static let duplicate = "Keep what the first one returned, and pass it on."
    static let calls = "Collect the ids and ask for all of them in one call."

    static func unread(_ relation: any Relation.Type) -> String {
        "Take .prefetchRelated(\\.\(relation.name)) out of the query, or ask for the number of rows with count."
    }

    static func similar(_ group: StatementGroup, in report: QueryReport) -> String {
        let earlier = report.groups.prefix { $0.fingerprint != group.fingerprint || $0.location != group.location }
        switch group.first.origin {
        case .reference(let model): return reference(to: model, earlier)
        case .related(let relation): return related(relation, earlier)
        case .query(let model):
            return "Read all of them with one query, such as "
                + "\(model).objects.filter { $0.id.in(keys) }, and look them up by key."
        case .prefetch(let relation):
            return "Run the query that prefetches \(relation.fullName) once, for the rows of all rounds."
        case nil: return written(group.first.text)
        }
    }

    /// Statements without a model: writes, and those written by hand.
    private static func written(_ text: String) -> String {
        switch text.drop(while: \.isWhitespace).prefix(6).uppercased() {
        case "INSERT": "Write all rows in one trip with bulkCreate."
        case "UPDATE", "DELETE": "Change all rows with one statement: filter { … }, then update or delete."
        default: "Ask for all of them with one statement, such as WHERE … IN (…)."
        }
    }

    /// The to-many relation of rows that an earlier statement read.
    private static func related(_ relation: any Relation.Type, _ earlier: ArraySlice<StatementGroup>) -> String {
        let source = relation.source
        let owner = earlier.last { $0.first.origin?.model == source }
        return add("prefetchRelated(\\.\(relation.name))", to: source, of: owner)
    }

    /// The foreign key that leads from rows of an earlier statement to the model, at most two steps.
    private static func reference(to model: any Model.Type, _ earlier: ArraySlice<StatementGroup>) -> String {
        for depth in 1...2 {
            for group in earlier.reversed() {
                guard let owner = group.first.origin?.model else { continue }
                let ways = ways(from: owner, to: model, depth)
                guard !ways.isEmpty else { continue }
                return add(ways.joined(separator: " or ."), to: owner, of: group)
            }
        }
        return "Load \(model) with the query that reads its key: selectRelated of that foreign key."
    }

    private static func ways(from model: any Model.Type, to target: any Model.Type, _ depth: Int) -> [String] {
        let keys = model.schema.columns.compactMap(\.foreignKey)
        if depth == 1 { return keys.filter { $0.target == target }.map { "selectRelated(\\.\($0.relation))" } }
        return keys.flatMap { key in
            ways(from: key.target, to: target, depth - 1).map { way in
                "selectRelated(\\.\(key.relation)) { $0.\(way) }"
            }
        }
    }

    private static func add(_ clause: String, to model: any Model.Type, of group: StatementGroup?) -> String {
        guard let group else { return "Add .\(clause) to the query of \(model)." }
        let place = group.location.map { " at \($0)" } ?? ""
        guard case .prefetch(let relation)? = group.first.origin else {
            return "Add .\(clause) to the query of \(model)\(place)."
        }
        return "Write prefetchRelated(\\.\(relation.name)) { $0.\(clause) } in the query\(place)."
    }
}
