/// A column type whose values are text: `String` and `String?`.
public protocol TextColumnValue: ColumnValue {}

extension String: TextColumnValue {}
extension Optional: TextColumnValue where Wrapped: TextColumnValue {}

extension SelectExpression where Value: TextColumnValue {
    /// Whether the text matches a pattern: `%` stands for any text, `_` for one character; letters match in either case,
    /// on SQLite those of ASCII.
    ///
    /// Nothing takes a `%` for itself; ``icontains(_:)`` and its like do for all of a text.
    public func like(_ pattern: String) -> Condition {
        // PostgreSQL has a character for that unless it is told.
        Condition(
            fragment
                + .by(
                    sqlite: " LIKE " + .value(.text(pattern)),
                    postgreSQL: " ILIKE " + .value(.text(pattern)) + " ESCAPE ''"))
    }

    /// Whether the text contains another, letter for letter.
    public func contains(_ text: String) -> Condition {
        Condition(
            .by(
                sqlite: "instr(" + fragment + ", " + .value(.text(text)) + ") > 0",
                postgreSQL: fragment + escaped("%", text, "%", " LIKE ")))
    }

    /// Whether the text contains another, letters in either case, on SQLite those of ASCII.
    public func icontains(_ text: String) -> Condition { escapedLike("%", text, "%") }

    /// Whether the text begins with another, letter for letter.
    public func startsWith(_ text: String) -> Condition {
        Condition(
            .by(
                sqlite: "substr(" + fragment + ", 1, length(" + .value(.text(text)) + ")) = " + .value(.text(text)),
                postgreSQL: fragment + escaped("", text, "%", " LIKE ")))
    }

    /// Whether the text begins with another, letters in either case, on SQLite those of ASCII.
    public func istartsWith(_ text: String) -> Condition { escapedLike("", text, "%") }

    /// Whether the text ends with another, letter for letter.
    public func endsWith(_ text: String) -> Condition {
        guard !text.isEmpty else { return isNotNull }
        return Condition(
            .by(
                sqlite: "substr(" + fragment + ", -length(" + .value(.text(text)) + ")) = " + .value(.text(text)),
                postgreSQL: fragment + escaped("%", text, "", " LIKE ")))
    }

    /// Whether the text ends with another, letters in either case, on SQLite those of ASCII.
    public func iendsWith(_ text: String) -> Condition { escapedLike("%", text, "") }

    /// Whether the text is another, letters in either case, on SQLite those of ASCII.
    public func iequals(_ text: String) -> Condition { escapedLike("", text, "") }

    private func escapedLike(_ before: String, _ text: String, _ after: String) -> Condition {
        Condition(
            fragment
                + .by(
                    sqlite: escaped(before, text, after, " LIKE "), postgreSQL: escaped(before, text, after, " ILIKE "))
        )
    }

    private func escaped(
        _ before: String, _ text: String, _ after: String, _ symbol: SQLFragment
    ) -> SQLFragment {
        var pattern = before
        // Not by characters: one may be a % and an accent.
        for scalar in text.unicodeScalars {
            if ["%", "_", "\\"].contains(scalar) { pattern.append("\\") }
            pattern.unicodeScalars.append(scalar)
        }
        return symbol + .value(.text(pattern + after)) + " ESCAPE '\\'"
    }
}
