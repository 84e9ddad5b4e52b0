// Lookups of a text for which the other text is an expression too: `$0.title.icontains($0.author.name)`.

extension SelectExpression where Value: TextColumnValue {
    /// Whether the text contains that of another expression, letter for letter.
    public func contains<Other: SelectExpression>(_ other: Other) -> Condition where Other.Value: TextColumnValue {
        .text(fragment, contains: other.fragment)
    }

    /// Whether the text contains that of another expression, letters in either case, on SQLite those of ASCII.
    public func icontains<Other: SelectExpression>(_ other: Other) -> Condition where Other.Value: TextColumnValue {
        .text(lower.fragment, contains: other.lower.fragment)
    }

    /// Whether the text begins with that of another expression, letter for letter.
    public func startsWith<Other: SelectExpression>(_ other: Other) -> Condition where Other.Value: TextColumnValue {
        .text(fragment, startsWith: other.fragment)
    }

    /// Whether the text begins with that of another expression, letters in either case, on SQLite those of ASCII.
    public func istartsWith<Other: SelectExpression>(_ other: Other) -> Condition where Other.Value: TextColumnValue {
        .text(lower.fragment, startsWith: other.lower.fragment)
    }

    /// Whether the text ends with that of another expression, letter for letter.
    public func endsWith<Other: SelectExpression>(_ other: Other) -> Condition where Other.Value: TextColumnValue {
        .text(fragment, endsWith: other.fragment)
    }

    /// Whether the text ends with that of another expression, letters in either case, on SQLite those of ASCII.
    public func iendsWith<Other: SelectExpression>(_ other: Other) -> Condition where Other.Value: TextColumnValue {
        .text(lower.fragment, endsWith: other.lower.fragment)
    }

    /// Whether the text is that of another expression, letters in either case, on SQLite those of ASCII.
    public func iequals<Other: SelectExpression>(_ other: Other) -> Condition where Other.Value: TextColumnValue {
        Condition(lower.fragment + " = " + other.lower.fragment)
    }
}

extension Condition {
    fileprivate static func text(_ text: SQLFragment, contains other: SQLFragment) -> Condition {
        Condition(.by(sqlite: "INSTR(", postgreSQL: "STRPOS(") + text + ", " + other + ") > 0")
    }

    fileprivate static func text(_ text: SQLFragment, startsWith other: SQLFragment) -> Condition {
        Condition("SUBSTR(" + text + ", 1, LENGTH(" + other + ")) = " + other)
    }

    fileprivate static func text(_ text: SQLFragment, endsWith other: SQLFragment) -> Condition {
        // What is longer than the text is never equal to a part of it, wherever that part is said to begin.
        Condition("SUBSTR(" + text + ", LENGTH(" + text + ") - LENGTH(" + other + ") + 1) = " + other)
    }
}
