extension TogglRowParser {
    /// Reads the amount into hundredths; nil if there is none or the entry is not billable and worth nothing.
    func amount(isBillable: Bool) throws(TogglRowError) -> Int? {
        let text = value(.amount)
        guard !text.isEmpty else { return nil }
        let cents = try cents(text)
        guard cents >= 0 else {
            throw error(.amountNegative, .amount, "is negative; a report holds no credits, write a credit note instead")
        }
        guard cents <= TogglLimits.amountCents else {
            throw error(.amountTooLarge, .amount, "is too large for one entry; the most is 1,000,000.00")
        }
        if isBillable { return cents }
        guard cents == 0 else {
            throw error(
                .amountNotBillable,
                .amount,
                "stands on an entry that is not billable; clear it or set Billable to Yes"
            )
        }
        return nil
    }

    private func cents(_ text: String) throws(TogglRowError) -> Int {
        switch Money.parseCents(text) {
        case .success(let cents): return cents
        case .failure(let failure): throw error(code(of: failure), .amount, failure.explanation)
        }
    }

    private func code(of failure: Money.ParseFailure) -> TogglRowError.Code {
        switch failure {
        case .format: .amountFormat
        case .grouping: .amountGrouping
        case .decimals: .amountDecimals
        case .size: .amountTooLarge
        }
    }
}
