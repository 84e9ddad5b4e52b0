/// All columns of a model in a query, read together.
///
/// They are most of what a query is written of, and are written once for each query that runs: as one piece they need no
/// fragment each.
struct ColumnRun: Sendable {
    var path: JoinPath
    /// The columns, and the same as quoted names.
    let names: [String]
    let quoted: [String]
    /// The whole statement that reads the row with a key, which many programs run most.
    let lookup: String
    /// Where the columns are that are never anything but whole numbers.
    let numbers: [String: Int]

    init(_ columns: [ColumnSchema], of table: String, key: String) {
        path = .root
        names = columns.map(\.name)
        let numbers = columns.indices.filter { columns[$0].storage == .integer && !columns[$0].isNullable }
        self.numbers = Dictionary(numbers.map { (columns[$0].name, $0) }) { first, _ in first }
        quoted = names.map { ".\($0.sqlIdentifier)" }
        lookup =
            "SELECT \(quoted.map { "t0" + $0 }.joined(separator: ", ")) FROM \(table.sqlIdentifier) AS t0 "
            + "WHERE t0.\(key.sqlIdentifier) = ?"
    }

    func reached(by way: JoinPath) -> ColumnRun {
        var run = self
        run.path = way.appending(path)
        return run
    }
}

extension SQLRenderer {
    /// Writes the columns of models, with a comma between them.
    mutating func render(_ runs: [ColumnRun]) throws(ORMError) -> String {
        var text = ""
        text.reserveCapacity(runs.reduce(0) { $0 + $1.names.count * 24 })
        for run in runs {
            // PostgreSQL is asked for the row as its table has it, which it need not put together anew to join it.
            let readsForeignKey = dialect == .sqlite || run.names.count == 1
            let key = run.path.hops.last.flatMap { $0.isForeignKey && readsForeignKey ? $0.key : nil }
            var alias: String?
            for (index, name) in run.names.enumerated() {
                if !text.isEmpty { text += ", " }
                if name == key {
                    // Read from the foreign key where that needs no join.
                    text += try reference(run.path, name)
                    continue
                }
                let known = if let alias { alias } else { try self.alias(of: run.path) }
                alias = known
                text += known
                text += run.quoted[index]
            }
        }
        return text
    }
}
