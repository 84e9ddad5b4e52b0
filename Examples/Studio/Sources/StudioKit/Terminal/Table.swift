/// Lays out rows of text in aligned columns, as text and without printing it.
///
/// ```swift
/// var table = Table([.left("Client"), .right("Total")])
/// table.add("Nordlicht GmbH", "1 234.50 EUR")
/// print(table.text())
/// ```
public struct Table: Hashable, Sendable {
    /// Heading and alignment of a column.
    public struct Column: Hashable, Sendable {
        let title: String
        let isRight: Bool
        /// A column of text.
        public static func left(_ title: String) -> Column { Column(title: title, isRight: false) }
        /// A column of numbers.
        public static func right(_ title: String) -> Column { Column(title: title, isRight: true) }
    }

    /// How the table is drawn.
    public enum Style: Sendable, Hashable {
        /// With Unicode box characters, for terminals.
        case box
        /// With spaces only, for files, pipes and scripts.
        case plain
    }

    /// The columns, from left to right.
    public let columns: [Column]
    private var rows: [Row] = []

    private enum Row: Hashable, Sendable {
        case cells([String])
        case rule
    }

    /// Makes a table without rows.
    public init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row; missing cells stay empty, cells beyond the columns go into the last one.
    public mutating func add(_ cells: String...) { add(cells) }

    /// Adds a row; missing cells stay empty, cells beyond the columns go into the last one.
    public mutating func add(_ cells: [String]) {
        guard let last = columns.indices.last else { return }
        var fitted = cells.prefix(columns.count).map(singleLine)
        fitted += Array(repeating: "", count: columns.count - fitted.count)
        if cells.count > columns.count {
            fitted[last] = cells[last...].map(singleLine).joined(separator: " ")
        }
        rows.append(.cells(fitted))
    }

    /// Adds a line across, such as above a sum.
    public mutating func addRule() { rows.append(.rule) }

    /// The table, its lines parted by line ends, without one at the end; empty without columns.
    public func text(style: Style = .box) -> String {
        guard !columns.isEmpty else { return "" }
        let widths = columns.indices.map { column in
            rows.reduce(displayWidth(columns[column].title)) { width, row in
                guard case .cells(let cells) = row else { return width }
                return max(width, displayWidth(cells[column]))
            }
        }
        let pen = TablePen(style: style, widths: widths, columns: columns)
        var lines = [pen.top, pen.line(columns.map(\.title)), pen.middle]
        for row in rows {
            switch row {
            case .cells(let cells): lines.append(pen.line(cells))
            case .rule: lines.append(pen.middle)
            }
        }
        lines.append(pen.bottom)
        return lines.compactMap(\.self).joined(separator: "\n")
    }
}

/// Draws the lines of a table whose widths are known.
private struct TablePen {
    let style: Table.Style
    let widths: [Int]
    let columns: [Table.Column]

    var top: String? { style == .box ? rule("┌", "┬", "┐") : nil }
    var middle: String? {
        style == .box
            ? rule("├", "┼", "┤") : widths.map { String(repeating: "-", count: $0) }.joined(separator: "  ")
    }
    var bottom: String? { style == .box ? rule("└", "┴", "┘") : nil }

    func line(_ cells: [String]) -> String {
        let padded = cells.indices.map { index in
            let space = String(repeating: " ", count: widths[index] - displayWidth(cells[index]))
            return columns[index].isRight ? space + cells[index] : cells[index] + space
        }
        guard style == .plain else { return "│ \(padded.joined(separator: " │ ")) │" }
        var text = padded.joined(separator: "  ")
        while text.last == " " { text.removeLast() }
        return text
    }

    private func rule(_ left: String, _ cross: String, _ right: String) -> String {
        left + widths.map { String(repeating: "─", count: $0 + 2) }.joined(separator: cross) + right
    }
}
