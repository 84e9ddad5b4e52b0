/// Which of the rows around a row a window function sees.
public struct WindowFrame: Sendable {
    /// Where a frame begins or ends.
    public enum Bound: Sendable, Hashable {
        /// At the first row of the partition.
        case first
        /// So many rows before this one.
        case before(Int)
        /// At this row.
        case current
        /// So many rows behind this one.
        case after(Int)
        /// At the last row of the partition.
        case last
    }

    let sql: String

    /// The rows between two places, both included: `.rows(.before(1), .after(1))`.
    public static func rows(_ start: Bound, _ end: Bound) -> WindowFrame {
        WindowFrame(sql: "ROWS BETWEEN \(words(start)) AND \(words(end))")
    }

    /// The rows whose value lies between two distances from this row's, by the window's one order, of numbers.
    ///
    /// `.range(.before(20), .current)` are those with a value up to 20 smaller; rows with equal values are all in or all out.
    public static func range(_ start: Bound, _ end: Bound) -> WindowFrame {
        WindowFrame(sql: "RANGE BETWEEN \(words(start)) AND \(words(end))")
    }

    /// The rows between two places that are counted in groups of rows with equal values.
    public static func groups(_ start: Bound, _ end: Bound) -> WindowFrame {
        WindowFrame(sql: "GROUPS BETWEEN \(words(start)) AND \(words(end))")
    }

    /// Rows that a frame leaves out.
    public enum Exclusion: String, Sendable, Hashable {
        /// The row itself.
        case current = "CURRENT ROW"
        /// The row and those with equal values.
        case group = "GROUP"
        /// Those with equal values, but not the row itself.
        case ties = "TIES"
    }

    /// The frame without some rows around this one.
    public func excluding(_ exclusion: Exclusion) -> WindowFrame {
        WindowFrame(sql: "\(sql) EXCLUDE \(exclusion.rawValue)")
    }

    private static func words(_ bound: Bound) -> String {
        switch bound {
        case .first: "UNBOUNDED PRECEDING"
        case .before(let rows): "\(Swift.max(rows, 0)) PRECEDING"
        case .current: "CURRENT ROW"
        case .after(let rows): "\(Swift.max(rows, 0)) FOLLOWING"
        case .last: "UNBOUNDED FOLLOWING"
        }
    }
}
