extension SelectExpression where Value: TextColumnValue {
    /// The text in small letters, on SQLite those of ASCII.
    public var lower: SQLExpression<Value> { SQLExpression(.call("LOWER", [fragment])) }
    /// The text in capital letters, on SQLite those of ASCII.
    public var upper: SQLExpression<Value> { SQLExpression(.call("UPPER", [fragment])) }
    /// The number of characters.
    public var length: SQLExpression<Int> { SQLExpression(.call("LENGTH", [fragment])) }
    /// The text without spaces at both ends.
    public var trimmed: SQLExpression<Value> { SQLExpression(.call("TRIM", [fragment])) }
    /// The text without spaces at its beginning.
    public var trimmedLeft: SQLExpression<Value> { SQLExpression(.call("LTRIM", [fragment])) }
    /// The text without spaces at its end.
    public var trimmedRight: SQLExpression<Value> { SQLExpression(.call("RTRIM", [fragment])) }

    /// The text with each occurrence of another replaced.
    public func replacing(_ text: String, with other: String) -> SQLExpression<Value> {
        SQLExpression(.call("REPLACE", [fragment, .value(.text(text)), .value(.text(other))]))
    }

    /// So many characters, from a position that is counted from 1; those before the first one are none.
    public func substring(from position: Int, length: Int) -> SQLExpression<Value> {
        // SQLite counts positions below 1 from the text's end.
        let start = Swift.max(position, 1)
        let (end, isBeyond) = position.addingReportingOverflow(Swift.max(length, 0))
        // PostgreSQL counts in 32 bits.
        let count = Swift.min(Swift.max((isBeyond ? Int.max : end) - start, 0), Int(Int32.max))
        return SQLExpression(
            .call("SUBSTR", [fragment, .raw(String(Swift.min(start, Int(Int32.max)))), .raw(String(count))]))
    }

    /// The first so many characters.
    public func prefix(_ length: Int) -> SQLExpression<Value> { substring(from: 1, length: length) }

    /// The last so many characters.
    public func suffix(_ length: Int) -> SQLExpression<Value> {
        guard length > 0 else { return substring(from: 1, length: 0) }
        return SQLExpression(
            .by(sqlite: "SUBSTR", postgreSQL: "RIGHT") + "(" + fragment
                + .by(sqlite: .raw(", -\(length))"), postgreSQL: .raw(", \(length))")))
    }

    /// The text so many times.
    public func repeated(_ count: Int) -> SQLExpression<Value> {
        let times = Swift.max(count, 0)
        return SQLExpression(
            .by(
                sqlite: "REPLACE(HEX(ZEROBLOB(" + .raw(String(times)) + ")), '00', " + fragment + ")",
                postgreSQL: .call("REPEAT", [fragment, .raw(String(times))])))
    }

    /// The text filled up at its beginning to so many characters, or cut to its first so many.
    ///
    /// - Parameter fill: Repeated as often as is needed; a space by default. With an empty one nothing is filled up.
    public func paddedLeft(to length: Int, with fill: String = " ") -> SQLExpression<Value> {
        padded("LPAD", length, fill) { $0 + " || " + $1 }
    }

    /// The text filled up at its end to so many characters, or cut to its first so many.
    ///
    /// - Parameter fill: Repeated as often as is needed; a space by default. With an empty one nothing is filled up.
    public func paddedRight(to length: Int, with fill: String = " ") -> SQLExpression<Value> {
        padded("RPAD", length, fill) { $1 + " || " + $0 }
    }

    /// The characters in the opposite order.
    public var reversed: SQLExpression<Value> { SQLExpression(.call("REVERSE", [fragment])) }

    /// The number of the first character in Unicode, 0 of an empty text: Django's `Ord`.
    public var codePoint: SQLExpression<Int> {
        SQLExpression(
            .by(
                sqlite: "CASE " + fragment + " WHEN '' THEN 0 ELSE UNICODE(" + fragment + ") END",
                postgreSQL: .call("ASCII", [fragment])))
    }

    private func padded(
        _ function: String, _ length: Int, _ fill: String, _ join: (SQLFragment, SQLFragment) -> SQLFragment
    ) -> SQLExpression<Value> {
        let length = Swift.max(length, 0)
        let size = SQLFragment.raw(String(length))
        // As many of the fill as could be needed, cut to what is.
        let filling = SQLFragment.value(.text(String(repeating: fill, count: fill.isEmpty ? 0 : length)))
        let missing = "SUBSTR(" + filling + ", 1, MAX(" + size + " - LENGTH(" + fragment + "), 0))"
        return SQLExpression(
            .by(
                sqlite: "(" + join(missing, "SUBSTR(" + fragment + ", 1, " + size + ")") + ")",
                postgreSQL: .raw(function + "(") + fragment + ", " + size + ", " + .value(.text(fill)) + ")"))
    }

    /// The text with another behind it; `NULL` where one of them is.
    public func concat(_ text: String) -> SQLExpression<Value> {
        SQLExpression("(" + fragment + " || " + .value(.text(text)) + ")")
    }

    /// The text with that of another expression behind it; `NULL` where one of them is.
    ///
    /// What is no text becomes one as ``cast(to:)`` makes it.
    public func concat<Other: SelectExpression>(_ other: Other) -> SQLExpression<Value> {
        let storage = Other.Value.storage
        let text = storage == .text ? other.fragment : other.fragment.cast(from: storage, to: .text)
        return SQLExpression("(" + fragment + " || " + text + ")")
    }

    /// The position of a text within this one, from 1; 0 where it is not there.
    public func position(of text: String) -> SQLExpression<Int> {
        SQLExpression(.by(sqlite: "INSTR", postgreSQL: "STRPOS") + "(" + fragment + ", " + .value(.text(text)) + ")")
    }

    /// Whether the text matches a regular expression, letter for letter.
    ///
    /// SQLite uses Swift's regular expressions, PostgreSQL its own.
    public func matches(_ pattern: String) -> Condition {
        Condition(fragment + .by(sqlite: " REGEXP ", postgreSQL: " ~ ") + .value(.text(pattern)))
    }

    /// Whether the text matches a regular expression, letters in either case.
    public func imatches(_ pattern: String) -> Condition {
        Condition(
            .by(
                sqlite: fragment + " REGEXP " + .value(.text("(?i)" + pattern)),
                postgreSQL: fragment + " ~* " + .value(.text(pattern))))
    }
}
