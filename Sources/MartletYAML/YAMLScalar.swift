import MartletTasks

/// What a scalar that is not quoted means, by the rules of YAML 1.1 as PyYAML has them.
enum YAMLScalar {
    static func value(of text: String) -> JSONValue {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON": return .bool(true)
        case "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF": return .bool(false)
        default: break
        }
        // Nearly all text begins with a letter, and no number does.
        guard let first = text.utf8.first, first <= UInt8(ascii: "9") else { return .string(text) }
        return integer(text) ?? double(text) ?? YAMLTimestamp.value(of: text) ?? .string(text)
    }

    static func integer(_ text: String) -> JSONValue? {
        let (sign, rest) = signed(text)
        let (radix, digits): (Int, Substring) =
            if rest.hasPrefix("0b") {
                (2, rest.dropFirst(2))
            } else if rest.hasPrefix("0x") {
                (16, rest.dropFirst(2))
            } else if rest.hasPrefix("0"), rest.count > 1 {
                (8, rest.dropFirst())
            } else {
                (10, rest)
            }
        guard let plain = plainDigits(digits, radix: radix) else { return nil }
        if let integer = Int(sign + plain, radix: radix) { return .integer(integer) }
        // Larger than an integer can be; in JSON it is a double too.
        return radix == 10 ? Double(sign + plain).map(JSONValue.double) : nil
    }

    static func double(_ text: String) -> JSONValue? {
        let (sign, rest) = signed(text)
        switch rest {
        case ".inf", ".Inf", ".INF": return .double(sign == "-" ? -.infinity : .infinity)
        case ".nan", ".NaN", ".NAN": return sign.isEmpty ? .double(.nan) : nil
        default: break
        }
        let parts = rest.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].isEmpty || plainDigits(parts[0], radix: 10) != nil else { return nil }
        let exponent = parts[1].firstIndex { $0 == "e" || $0 == "E" }
        let fraction = parts[1][..<(exponent ?? parts[1].endIndex)]
        guard fraction.isEmpty ? !parts[0].isEmpty : plainDigits(fraction, radix: 10) != nil else { return nil }
        var plain = sign + (parts[0].isEmpty ? "0" : parts[0]) + "." + (fraction.isEmpty ? "0" : fraction)
        if let exponent {
            let power = parts[1][exponent...].dropFirst()
            guard power.first == "+" || power.first == "-", power.count > 1, power.dropFirst().allSatisfy(\.isDigit)
            else { return nil }
            plain += "e" + power
        }
        return Double(plain.filter { $0 != "_" }).map(JSONValue.double)
    }

    private static func signed(_ text: String) -> (sign: String, rest: Substring) {
        switch text.first {
        case "-": ("-", text.dropFirst())
        case "+": ("", text.dropFirst())
        default: ("", text[...])
        }
    }

    /// Digits without the underscores that YAML allows between them; `nil` when there is something else.
    private static func plainDigits(_ text: Substring, radix: Int) -> String? {
        let plain = text.filter { $0 != "_" }
        guard text.first != "_" || radix != 10, !plain.isEmpty,
            plain.allSatisfy({ $0.isASCII && ($0.hexDigitValue ?? 16) < radix })
        else { return nil }
        return plain
    }
}

extension Character {
    /// Whether it is one of 0 to 9.
    var isDigit: Bool { isASCII && isWholeNumber }
}
