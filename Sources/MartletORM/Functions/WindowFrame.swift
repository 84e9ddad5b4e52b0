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
