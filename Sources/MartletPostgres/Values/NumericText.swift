/// PostgreSQL's exact decimal number as text; it has up to 131 072 digits before the point, so no Swift number holds all.
struct NumericText {
    let text: String
    /// The number when it is whole and fits.
    var wholeNumber: Int64? {
        guard let point = text.firstIndex(of: ".") else { return Int64(text) }
        guard text[point...].dropFirst().allSatisfy({ $0 == "0" }) else { return nil }
        return Int64(text[..<point])
    }
}

extension NumericText {
    /// Reads the binary form: a count, the weight of the first digit, a sign, the decimals to show, digits of base 10 000.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 8 else { return nil }
        func number(_ index: Int) -> Int {
            Int(Int16(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 2, as: Int16.self)))
        }
        switch UInt16(truncatingIfNeeded: number(2)) {
        case 0xC000: self.init(text: "NaN")
        case 0xD000: self.init(text: "Infinity")
        case 0xF000: self.init(text: "-Infinity")
        case let sign:
            let count = number(0)
            guard count >= 0, bytes.count == 8 + count * 2 else { return nil }
            let digits = (0..<count).map { number(4 + $0) }
            let decimal = Self.decimal(digits, weight: number(1), decimals: max(number(3), 0))
            self.init(text: sign == 0x4000 ? "-" + decimal : decimal)
        }
    }

    private static func decimal(_ digits: [Int], weight: Int, decimals: Int) -> String {
        func group(_ position: Int) -> Int { digits.indices.contains(position) ? digits[position] : 0 }
        var text = weight < 0 ? "0" : String(group(0))
        if weight > 0 { for position in 1...weight { text += padded(group(position)) } }
        guard decimals > 0 else { return text }
        var fraction = ""
        var position = weight + 1
        while fraction.utf8.count < decimals {
            fraction += padded(group(position))
            position += 1
        }
        return text + "." + fraction.prefix(decimals)
    }

    private static func padded(_ group: Int) -> String {
        let digits = String(group)
        return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
    }
}
