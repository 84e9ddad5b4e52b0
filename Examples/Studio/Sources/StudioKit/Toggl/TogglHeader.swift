/// The header line of a detailed report: which column stands where, and the currency of the amounts.
public struct TogglHeader: Hashable, Sendable {
    /// Number of columns, which every row must have.
    public let width: Int
    /// Currency of the amounts: `EUR` for `Amount (EUR)`; nil for `Amount ()`, `Amount`, or without the column.
    public let currency: Currency?
    private let positions: [TogglColumn: Int]

    /// Finds the columns by name, in any order and case and with spaces around, and throws at the first mistake.
    ///
    /// - Throws: ``StudioKitError`` of code `header` that names the unknown, doubled or missing columns and those found.
    public init(_ record: CSVRecord) throws {
        var positions: [TogglColumn: Int] = [:]
        var unknown: [String] = []
        var currency: Currency?
        for (position, field) in record.fields.enumerated() {
            let name = TogglHeader.trimmed(field)
            guard let column = TogglHeader.column(named: name) else {
                unknown.append(name)
                continue
            }
            if let earlier = positions[column] {
                throw TogglHeader.error(
                    "column '\(column.rawValue)' stands twice, at \(earlier + 1) and \(position + 1)",
                    record
                )
            }
            if column == .amount { currency = try TogglHeader.currency(in: name, record) }
            positions[column] = position
        }
        if record.fields.count == 1, record.fields[0].contains(";") || record.fields[0].contains("\t") {
            throw TogglHeader.error("the columns are not separated by commas; export the report again as CSV", record)
        }
        let missing = TogglColumn.allCases.filter { $0.isRequired && positions[$0] == nil }
        guard missing.isEmpty else {
            let names = missing.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw TogglHeader.error("\(missing.count == 1 ? "column" : "columns") \(names) missing", record)
        }
        guard unknown.isEmpty else {
            let names = unknown.map { "'\($0)'" }.joined(separator: ", ")
            throw TogglHeader.error("\(unknown.count == 1 ? "column" : "columns") \(names) unknown", record)
        }
        self.width = record.fields.count
        self.currency = currency
        self.positions = positions
    }

    /// Whether the report has the column.
    public func has(_ column: TogglColumn) -> Bool { positions[column] != nil }

    /// The column's field in a record of the right width, or an empty text if the report lacks the column.
    func value(of column: TogglColumn, in record: CSVRecord) -> String {
        positions[column].map { record.fields[$0] } ?? ""
    }

    /// The name of the column at a position, counted from 1, for messages.
    func name(at position: Int) -> String? {
        positions.first { $0.value == position - 1 }?.key.rawValue
    }
}

extension TogglHeader {
    private static func column(named name: String) -> TogglColumn? {
        let lower = name.lowercased()
        if lower.hasPrefix("amount (") && lower.hasSuffix(")") { return .amount }
        return TogglColumn.allCases.first { $0.rawValue.lowercased() == lower }
    }

    private static func currency(in name: String, _ record: CSVRecord) throws -> Currency? {
        guard let open = name.firstIndex(of: "("), let close = name.lastIndex(of: ")"), open < close else { return nil }
        let code = trimmed(String(name[name.index(after: open)..<close]))
        if code.isEmpty { return nil }
        guard let currency = Currency(exactly: code) else {
            throw error("column '\(name)' names no currency; write three letters, like Amount (EUR)", record)
        }
        return currency
    }

    private static func error(_ what: String, _ record: CSVRecord) -> StudioKitError {
        let found = record.fields.prefix(40).map { "'\(trimmed($0).prefix(40))'" }.joined(separator: ", ")
        return StudioKitError(
            .header,
            "The header on line \(record.line) is not that of a Toggl Track detailed report: \(what). Found: \(found)."
        )
    }

    /// The text without white space at either end.
    static func trimmed(_ text: String) -> String {
        // Most fields begin and end with a visible ASCII character: nothing to trim, and no characters to segment.
        guard let start = text.utf8.first, let end = text.utf8.last else { return text }
        if (33...126).contains(start), (33...126).contains(end) { return text }
        let head = text.drop { $0.isWhitespace }
        guard let last = head.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(head[...last])
    }
}
