import Foundation
import MartletTasks

/// Writes a value as YAML on one line: lists in brackets, mappings in braces, all text in double quotes.
struct YAMLWriter {
    private(set) var bytes: [UInt8] = []
    /// A key that is longer needs a mark: readers look for its colon within 1024 characters, escapes included.
    private static let longKey = 80

    mutating func write(_ value: JSONValue) {
        switch value {
        case .null: append("null")
        case .bool(let value): append(value ? "true" : "false")
        case .integer(let value): append(String(value))
        case .double(let value): append(Self.text(of: value))
        case .string(let text): write(text)
        case .array(let elements):
            append("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { append(", ") }
                write(element)
            }
            append("]")
        case .object(let members):
            if let scalar = Self.scalar(members) { append(scalar) } else { write(members) }
        }
    }

    private mutating func write(_ members: [String: JSONValue]) {
        append("{")
        for (index, (name, value)) in members.sorted(by: { $0.key < $1.key }).enumerated() {
            if index > 0 { append(", ") }
            if name.utf8.count > Self.longKey { append("? ") }
            write(name)
            append(": ")
            write(value)
        }
        append("}")
    }

    /// What YAML has a type of its own for: moments, dates and bytes.
    private static func scalar(_ members: [String: JSONValue]) -> String? {
        guard members.count == 2, let type = members["__type__"]?.stringValue,
            let value = members["__value__"]?.stringValue
        else { return nil }
        switch type {
        case "datetime", "date": return YAMLTimestamp.value(of: value).map { _ in "!!timestamp \"\(value)\"" }
        case "bytes": return "!!binary \"\(Data(value.utf8).base64EncodedString())\""
        case "base64": return Data(base64Encoded: value).map { "!!binary \"\($0.base64EncodedString())\"" }
        default: return nil
        }
    }

    /// A number with a point in it, without which YAML 1.1 has no exponent.
    private static func text(of value: Double) -> String {
        if value.isNaN { return ".nan" }
        if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
        let text = "\(value)"
        guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
        return text[..<exponent] + ".0" + text[exponent...]
    }

    private mutating func write(_ text: String) {
        append("\"")
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": append("\\\"")
            case "\\": append("\\\\")
            case "\n": append("\\n")
            case _ where Self.isPrintable(scalar): append(String(scalar))
            default: escape(scalar.value)
            }
        }
        append("\"")
    }

    /// Whether readers take a character as it is; the others are not allowed, or are line breaks to YAML 1.1.
    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20...0x7E, 0xA0...0x2027, 0x202A...0xD7FF, 0xE000...0xFEFE, 0xFF00...0xFFFD, 0x10000...: true
        default: false
        }
    }

    private mutating func escape(_ value: UInt32) {
        let digits = String(value, radix: 16)
        let (kind, count) = value <= 0xFF ? ("\\x", 2) : ("\\u", 4)
        append(kind + String(repeating: "0", count: count - digits.count) + digits)
    }

    private mutating func append(_ text: some StringProtocol) { bytes.append(contentsOf: text.utf8) }
}
