extension Money: CustomStringConvertible {
    /// The amount for people, as `1 234.50 EUR`.
    public var description: String { "\(amount) \(currency)" }

    /// The amount without its currency, thousands apart by a space, as `1 234.50`.
    public var amount: String {
        let digits = String(cents.magnitude / 100)
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { grouped.append(" ") }
            grouped.append(digit)
        }
        return "\(cents < 0 ? "-" : "")\(grouped).\(padded(Int(cents.magnitude % 100)))"
    }

    /// The amount for machines, as `1234.50`: no grouping, always two decimals.
    public var plainAmount: String {
        "\(cents < 0 ? "-" : "")\(cents.magnitude / 100).\(padded(Int(cents.magnitude % 100)))"
    }
}
