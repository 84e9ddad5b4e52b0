extension Money {
    /// Reads an amount as spreadsheets write it: `1234.50`, `1,234.50`, `1234.5` or `1234`, with a leading minus or not.
    ///
    /// - Throws: ``StudioKitError`` of code `money` for anything else, such as a decimal comma, wrong grouping, a third
    ///   decimal or more than fifteen digits before the point.
    public init(parsing text: String, currency: Currency) throws {
        switch Money.parseCents(text) {
        case .success(let cents): self.init(cents: cents, currency: currency)
        case .failure(let reason): throw StudioKitError(.money, "'\(text)' \(reason.explanation)")
        }
    }

    /// Why a text is not an amount.
    enum ParseFailure: Error {
        case format, grouping, decimals, size

        var explanation: String {
            switch self {
            case .format: "is not an amount; write it as 1234.50 or 1,234.50, without a currency sign"
            case .grouping: "has a comma in the wrong place; group by three digits, as in 1,234.50"
            case .decimals: "has more than two decimals; round it to the cent"
            case .size: "is too large; an amount has at most fifteen digits before the point"
            }
        }
    }

    static func parseCents(_ text: String) -> Result<Int, ParseFailure> {
        let isNegative = text.hasPrefix("-")
        let parts = text.dropFirst(isNegative ? 1 : 0).split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = parts.first, parts.count <= 2 else { return .failure(.format) }
        let groups = whole.split(separator: ",", omittingEmptySubsequences: false)
        guard groups.allSatisfy({ isDigits($0) }) else { return .failure(.format) }
        if groups.count > 1 {
            let isGrouped = groups[0].count <= 3 && groups.dropFirst().allSatisfy { $0.count == 3 }
            guard isGrouped else { return .failure(.grouping) }
        }
        let decimals = parts.count == 2 ? parts[1] : "0"
        guard isDigits(decimals) else { return .failure(.format) }
        guard decimals.count <= 2 else { return .failure(.decimals) }
        let number = groups.joined()
        guard number.utf8.count <= 15, let units = digits(number), let hundredths = digits(decimals) else {
            return .failure(.size)
        }
        let cents = units * 100 + (decimals.count == 1 ? hundredths * 10 : hundredths)
        return .success(isNegative ? -cents : cents)
    }

    private static func isDigits(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    }
}
