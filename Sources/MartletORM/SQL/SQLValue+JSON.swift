import Foundation

extension SQLValue {
    /// An array as JSON text, as SQLite stores it; `nil` for anything else and where JSON has no form for an element.
    package var jsonText: String? {
        guard case .array(let values) = self else { return nil }
        var text = "["
        for (index, value) in values.enumerated() {
            if index > 0 { text += "," }
            switch value {
            case .null: text += "null"
            case .integer(let number): text += String(number)
            case .real(let number) where number.isFinite: text += String(number)
            case .text(let string): KeyArray.append(string, to: &text)
            case .timestamp(let date): KeyArray.append(TimestampText.string(from: date), to: &text)
            case .array:
                guard let inner = value.jsonText else { return nil }
                text += inner
            case .real, .blob: return nil
            }
        }
        return text + "]"
    }

    /// Reads the elements of a JSON array; `nil` when the text is none, or has objects in it.
    static func elements(ofJSON text: String) -> [SQLValue]? {
        guard let elements = try? JSONDecoder().decode([JSONElement].self, from: Data(text.utf8)) else { return nil }
        return elements.map(\.value)
    }
}

/// An element of a JSON array as a value of a column.
private struct JSONElement: Decodable {
    let value: SQLValue

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            value = .null
        } else if let number = try? container.decode(Int64.self) {
            value = .integer(number)
        } else if let number = try? container.decode(Double.self) {
            value = .real(number)
        } else if let text = try? container.decode(String.self) {
            value = .text(text)
        } else {
            value = .array(try container.decode([JSONElement].self).map(\.value))
        }
    }
}
