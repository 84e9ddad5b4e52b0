/// Values that travel to the database as one parameter, so that the statement's text never changes.
struct KeyArray {
    let values: [SQLValue]

    init(_ values: [SQLValue]) {
        self.values = values
    }

    /// The values as a JSON array, or `nil` when one of them has no form in JSON that the database reads back the same.
    var json: String? {
        var text = "["
        for (index, value) in values.enumerated() {
            if index > 0 { text += "," }
            switch value {
            case .null: text += "null"
            case .integer(let number): text += String(number)
            case .text(let string):
                // SQLite ends a text from JSON at its first zero byte.
                if string.utf8.contains(0) { return nil }
                Self.append(string, to: &text)
            case .timestamp(let date): Self.append(TimestampText.string(from: date), to: &text)
            case .real, .blob, .array: return nil
            }
        }
        return text + "]"
    }

    static func append(_ string: String, to text: inout String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\0"..<" ":
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }
}

extension KeyArray {
    /// What follows an expression to ask whether its value is among these.
    ///
    /// They are one parameter, an array on PostgreSQL and JSON on SQLite, or one each where JSON has no form for them.
    var membership: SQLFragment {
        SQLFragment([.varying { $0 == .postgreSQL ? " = ANY(" + .value(.array(values)) + ")" : jsonMembership }])
    }

    private var jsonMembership: SQLFragment {
        if let json { return " IN (SELECT value FROM json_each(" + .value(.text(json)) + "))" }
        return list
    }

    /// The same with one parameter for each value.
    var list: SQLFragment { " IN (" + .joined(values.map(SQLFragment.value), separator: ", ") + ")" }
}
