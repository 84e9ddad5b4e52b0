extension Money: CustomStringConvertible {
    /// The amount for people, as `1 234.50 EUR`.
    public var description: String { "\(amount) \(currency)" }

    /// The amount without its currency, thousands apart by a space, as `1 234.50`.
    public var amount: String {
        let units = grouped(Int(cents.magnitude / 100))
        return "\(cents < 0 ? "-" : "")\(units).\(padded(Int(cents.magnitude % 100)))"
    }

    /// The amount for machines, as `1234.50`: no grouping, always two decimals.
    public var plainAmount: String {
        "\(cents < 0 ? "-" : "")\(cents.magnitude / 100).\(padded(Int(cents.magnitude % 100)))"
    }
}
