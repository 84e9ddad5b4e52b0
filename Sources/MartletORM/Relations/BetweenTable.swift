/// The table of a many-to-many relation that declares no model for it: a key and two foreign keys, each pair once.
struct BetweenTable: Sendable {
    let fromColumn: String
    let toColumn: String
    private let table: String
    private let from: any Model.Type
    private let to: any Model.Type

    init<From: Model, To: Model>(table: String, from: From.Type, to: To.Type) {
        self.table = table
        self.from = from
        self.to = to
        let isSelf = From.schema.table == To.schema.table
        fromColumn = (isSelf ? "from_" : "") + From.schema.table + "_id"
        toColumn = (isSelf ? "to_" : "") + To.schema.table + "_id"
    }

    var schema: ModelSchema {
        ModelSchema(
            table: table,
            columns: [
                .primaryKey("id", Int.self), .link(fromColumn, to: from, indexed: false), .link(toColumn, to: to),
            ])
    }
}
