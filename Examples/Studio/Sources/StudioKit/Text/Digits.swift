/// Reads a run of one to eighteen ASCII digits, and nothing else: no sign, no space, no other script's digits.
func digits(_ text: some StringProtocol) -> Int? {
    let bytes = text.utf8
    guard !bytes.isEmpty, bytes.count <= 18 else { return nil }
    var value = 0
    for byte in bytes {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        value = value * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return value
}

/// Writes a number with leading zeros.
func padded(_ value: Int, to width: Int = 2) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, width - text.utf8.count)) + text
}

/// Writes a count with its thousands apart, as `1 234 567`.
func grouped(_ count: Int) -> String {
    let digits = String(count.magnitude)
    var text = count < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
        if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(" ") }
        text.append(digit)
    }
    return text
}
