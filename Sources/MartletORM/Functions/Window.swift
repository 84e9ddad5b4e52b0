/// A function over the rows around each row: its number, its rank, the value of the row before.
///
/// ```swift
/// Line.objects.annotate(Place.self) { Window.rowNumber.over(partition: [$0.invoice.id], order: [$0.position]) }
/// ```
public struct Window<Value: ColumnValue>: Sendable {
    private let call: SQLFragment

    init(_ call: SQLFragment) {
        self.call = call
    }

    /// Computes the function over the rows with the same partition, in an order, or over a part of these.
    public func over(
        partition: [any SelectExpression] = [], order: [any OrderTerm] = [], frame: WindowFrame? = nil
    ) -> SQLExpression<Value> {
        SQLExpression(call + .window(partition, order, frame))
    }
}

extension Window where Value == Int {
    /// The row's number, from 1.
    public static var rowNumber: Window { Window("ROW_NUMBER()") }
    /// The row's rank, from 1; equal rows have the same, and the next ranks are left out.
    public static var rank: Window { Window("RANK()") }
    /// The row's rank, from 1; equal rows have the same, and no rank is left out.
    public static var denseRank: Window { Window("DENSE_RANK()") }
    /// The number, from 1, of the part to which the row belongs when the rows are cut into so many.
    public static func ntile(_ parts: Int) -> Window { Window("NTILE(" + .raw(String(Swift.max(parts, 1))) + ")") }
}

extension Window where Value == Double {
    /// The row's rank as a part of 1, from 0.
    public static var percentRank: Window { Window("PERCENT_RANK()") }
    /// The part of the rows that come up to this one, to 1.
    public static var cumulativeDistribution: Window { Window("CUME_DIST()") }
}

extension SelectExpression {
    /// The value of the row so many before; `nil` where there is none.
    public func lag(_ rows: Int = 1) -> Window<Value?> { Window(.call("LAG", [fragment, .raw(String(rows))])) }
    /// The value of the row so many behind; `nil` where there is none.
    public func lead(_ rows: Int = 1) -> Window<Value?> { Window(.call("LEAD", [fragment, .raw(String(rows))])) }
    /// The value of the first row.
    public var firstValue: Window<Value> { Window(.call("FIRST_VALUE", [fragment])) }
    /// The value of the last row up to this one.
    public var lastValue: Window<Value> { Window(.call("LAST_VALUE", [fragment])) }
    /// The value of the row with that number, from 1; `nil` where there are not so many yet.
    public func nthValue(_ row: Int) -> Window<Value?> {
        Window(.call("NTH_VALUE", [fragment, .raw(String(Swift.max(row, 1)))]))
    }
}

extension SQLFragment {
    static func window(
        _ partition: [any SelectExpression], _ order: [any OrderTerm], _ frame: WindowFrame?
    ) -> SQLFragment {
        var clauses: [SQLFragment] = []
        if !partition.isEmpty {
            clauses.append("PARTITION BY " + .joined(partition.map { $0.fragment }, separator: ", "))
        }
        if !order.isEmpty { clauses.append("ORDER BY " + .joined(order.map(\.ordering.sql), separator: ", ")) }
        if let frame { clauses.append(.raw(frame.sql)) }
        return " OVER (" + .joined(clauses, separator: " ") + ")"
    }
}
