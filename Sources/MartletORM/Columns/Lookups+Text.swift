/// A column type whose values are text: `String` and `String?`.
public protocol TextColumnValue: ColumnValue {}

extension String: TextColumnValue {}
extension Optional: TextColumnValue where Wrapped: TextColumnValue {}

extension SelectExpression where Value: TextColumnValue {
    /// Whether the text matches a pattern: `%` stands for any text, `_` for one character; ASCII letters match in either
    /// case, as SQLite's `LIKE` has it.
    public func like(_ pattern: String) -> Condition {
        Condition(fragment + " LIKE " + .value(.text(pattern)))
    }

    /// Whether the text contains another, letter for letter.
    public func contains(_ text: String) -> Condition {
        Condition("instr(" + fragment + ", " + .value(.text(text)) + ") > 0")
    }

    /// Whether the text contains another, ASCII letters in either case.
    public func icontains(_ text: String) -> Condition { escapedLike("%", text, "%") }

    /// Whether the text begins with another, letter for letter.
    public func startsWith(_ text: String) -> Condition {
        Condition("substr(" + fragment + ", 1, length(" + .value(.text(text)) + ")) = " + .value(.text(text)))
    }

    /// Whether the text begins with another, ASCII letters in either case.
    public func istartsWith(_ text: String) -> Condition { escapedLike("", text, "%") }

    /// Whether the text ends with another, letter for letter.
    public func endsWith(_ text: String) -> Condition {
        guard !text.isEmpty else { return isNotNull }
        return Condition("substr(" + fragment + ", -length(" + .value(.text(text)) + ")) = " + .value(.text(text)))
    }

    /// Whether the text is another, ASCII letters in either case.
    public func iequals(_ text: String) -> Condition { escapedLike("", text, "") }

    private func escapedLike(_ before: String, _ text: String, _ after: String) -> Condition {
        var pattern = before
        for character in text {
            if "%_\\".contains(character) { pattern.append("\\") }
            pattern.append(character)
        }
        return Condition(fragment + " LIKE " + .value(.text(pattern + after)) + " ESCAPE '\\'")
    }
}
