/// Values that travel to the database as one parameter, a JSON array, so that the statement's text never changes.
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
            case .text(let string): Self.append(string, to: &text)
            case .real, .blob: return nil
            }
        }
        return text + "]"
    }

    private static func append(_ string: String, to text: inout String) {
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
    /// What follows `IN`: the one parameter, or a placeholder for each value where JSON has no form for them.
    var list: SQL {
        if let json { return SQL(raw: "(SELECT value FROM json_each(?))", bindings: [.text(json)]) }
        return SQL(raw: "(\(values.map { _ in "?" }.joined(separator: ", ")))", bindings: values)
    }
}
