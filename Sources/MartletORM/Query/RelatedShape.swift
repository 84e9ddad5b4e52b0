/// How far a prefetch follows its relation.
enum RelatedShape: Sendable, Hashable {
    /// The rows related to the parents.
    case level
    /// These, the rows related to them, and so on; keys of the parents are stored as said.
    case tree(keys: ColumnStorage, depth: Int?)
}

extension SelectStatement {
    /// The statement that reads the related rows of many parents at once, the key they belong to in front of each row.
    func sql(
        relatedBy rows: RelatedRows, as shape: RelatedShape, keys: KeyArray, _ dialect: Dialect
    ) throws(ORMError) -> SQL {
        switch shape {
        case .level: try sql(relatedBy: rows, keys: keys, dialect)
        case .tree(let storage, let depth): try sql(treeBy: rows, keys: keys, of: storage, depth: depth, dialect)
        }
    }
}
