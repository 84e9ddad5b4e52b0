extension SelectStatement {
    /// Whether rows of the table become fewer rows, which can only be ordered by what they have in common.
    var isCondensed: Bool { isDistinct || !groups.isEmpty }

    /// The terms of the order.
    ///
    /// Of groups and of different rows PostgreSQL takes an order by what is selected only, and knows an expression with a
    /// parameter by its place only: such terms are numbers of columns. What is not selected is so then, behind the others,
    /// and belongs to what makes rows different, as in Django.
    ///
    /// - Parameters:
    ///   - selected: The columns as they are written; grows by what has to be selected for the order.
    ///   - grouped: The numbers of the columns that rows are grouped by; grows likewise.
    func orderTerms(
        _ renderer: inout SQLRenderer, selected: inout [SQL], grouped: inout [Int]
    ) throws(ORMError) -> [SQL] {
        var terms: [SQL] = []
        for term in order {
            var written = try renderer.render(term.fragment)
            if isCondensed {
                let place = try place(of: written, term, &selected, &grouped)
                written = SQL(raw: String(place))
            }
            terms.append(SQL("\(written)\(raw: term.suffix)"))
        }
        return terms
    }

    /// The number, from 1, of the column with that value.
    private func place(
        of value: SQL, _ term: Ordering, _ selected: inout [SQL], _ grouped: inout [Int]
    ) throws(ORMError) -> Int {
        if let index = selected.firstIndex(of: value) { return index + 1 }
        guard !keepsWidth else {
            throw ORMError(
                .invalidQuery,
                "A distinct query that stands in another one can be ordered by what it selects only; \(value.text) is not. "
                    + "Leave out distinct, or the order.")
        }
        selected.append(value)
        if !groups.isEmpty, !term.fragment.isAggregate { grouped.append(selected.count) }
        return selected.count
    }
}

extension SQL {
    /// Pieces of a statement with a separator between them.
    static func joined(_ pieces: [SQL], separator: String) -> SQL {
        var joined = SQL(raw: "")
        for (index, piece) in pieces.enumerated() {
            if index > 0 { joined.append(SQL(raw: separator)) }
            joined.append(piece)
        }
        return joined
    }
}
