import MartletTasks

/// Dates and moments, which YAML has a type of its own for.
enum YAMLTimestamp {
    /// kombu's tagged object for what a text says, or `nil` when it is no date or moment.
    static func value(of text: String) -> JSONValue? {
        var rest = text[...]
        guard let date = take("dddd-dd-dd", from: &rest) else { return nil }
        if rest.isEmpty { return ["__type__": "date", "__value__": .string(date)] }
        guard let next = rest.first, next == "T" || next == "t" || isSpace(next) else { return nil }
        rest = rest.dropFirst().drop(while: isSpace)
        guard let time = take("dd:dd:dd", from: &rest), let fraction = takeFraction(from: &rest) else { return nil }
        rest = rest.drop(while: isSpace)
        guard let zone = zone(rest) else { return nil }
        return ["__type__": "datetime", "__value__": .string("\(date)T\(time)\(fraction)\(zone)")]
    }

    private static func takeFraction(from text: inout Substring) -> String? {
        guard text.first == "." else { return "" }
        let digits = text.dropFirst().prefix { $0.isDigit }
        guard !digits.isEmpty else { return nil }
        text = text.dropFirst(digits.count + 1)
        return "." + digits
    }

    /// The distance from UTC as ISO 8601 has it: `+00:00`.
    private static func zone(_ text: Substring) -> String? {
        var rest = text
        if text.isEmpty || text == "Z" { return text.isEmpty ? "" : "+00:00" }
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        rest = rest.dropFirst()
        guard let hours = take("dd", from: &rest) else { return nil }
        if rest.isEmpty { return "\(sign)\(hours):00" }
        guard let minutes = take(":dd", from: &rest), rest.isEmpty else { return nil }
        return "\(sign)\(hours)\(minutes)"
    }

    /// Takes what looks like the pattern, in which each `d` is a digit.
    private static func take(_ pattern: String, from text: inout Substring) -> String? {
        let taken = text.prefix(pattern.count)
        guard taken.count == pattern.count, zip(taken, pattern).allSatisfy({ $1 == "d" ? $0.isDigit : $0 == $1 }) else {
            return nil
        }
        text = text.dropFirst(pattern.count)
        return String(taken)
    }

    private static func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" }
}
