extension JSONParser {
    mutating func number() throws(TaskError) -> JSONValue {
        let start = index
        if bytes[index] == UInt8(ascii: "-") {
            index += 1
            if matches("Infinity") { return try literal("Infinity", .double(-.infinity)) }
        }
        let firstDigit = index
        guard skipDigits() > 0 else { throw failure("expected a digit") }
        if bytes[firstDigit] == UInt8(ascii: "0"), index - firstDigit > 1 {
            throw failure("a number may not begin with a zero", at: firstDigit)
        }
        var isInteger = true
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            isInteger = false
            index += 1
            guard skipDigits() > 0 else { throw failure("expected a digit after the decimal point") }
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
                index += 1
            }
            guard skipDigits() > 0 else { throw failure("expected a digit in the exponent") }
        }
        if isInteger, let integer = smallInteger(start..<index) { return .integer(integer) }
        let text = String(decoding: bytes[start..<index], as: UTF8.self)
        if isInteger, let integer = Int(text) { return .integer(integer) }
        guard let double = Double(text) else { throw failure("'\(text)' is not a number", at: start) }
        return .double(double)
    }

    /// The integer of up to 18 digits that the bytes mean, without making a text of them.
    private func smallInteger(_ range: Range<Int>) -> Int? {
        guard range.count <= 18 else { return nil }
        let isNegative = bytes[range.lowerBound] == UInt8(ascii: "-")
        var value = 0
        var place = isNegative ? range.lowerBound + 1 : range.lowerBound
        while place < range.upperBound {
            value = value * 10 + Int(bytes[place] - 0x30)
            place += 1
        }
        return isNegative ? -value : value
    }

    private mutating func skipDigits() -> Int {
        let start = index
        while index < bytes.count, bytes[index] >= 0x30, bytes[index] <= 0x39 { index += 1 }
        return index - start
    }
}
