extension QuerySet {
    /// The rows that a relation leads to from one parent.
    func related<R: Relation>(by relation: R.Type, to key: R.Key?) -> QuerySet where R.Target == Table {
        changed { select in
            select.origin = .related(R.self)
            switch R.link.rows {
            case .failure(let problem): select.problem = problem
            case .success(let rows):
                guard let through = rows.through else {
                    return select.require(.column(.root, rows.parentColumn) + " = " + .value(key.sqlValue))
                }
                select.otherTables.append(through.table)
                let subquery =
                    " IN (SELECT \(through.column.sqlIdentifier) FROM \(through.table.sqlIdentifier)"
                    + " WHERE \(rows.parentColumn.sqlIdentifier) = "
                select.require(
                    .column(.root, through.key) + SQLFragment([.text(subquery), .value(key.sqlValue), .text(")")]))
            }
        }
    }
}
