/// Draws how far a piece of work is, as text and without printing it.
///
/// ```swift
/// let bar = ProgressBar("importing", total: 5_000)
/// print(bar.line(completed: 1_234, elapsed: .seconds(2)), terminator: "\r")
/// // importing  ███████▍░░░░░░░░░░░░░░░░░░░░░░  24 %  1 234/5 000  617/s
/// ```
public struct ProgressBar: Hashable, Sendable {
    /// How the bar is drawn.
    public enum Style: Sendable, Hashable {
        /// With block characters in eighths of a column, for terminals.
        case unicode
        /// With `#` and `.`, for terminals without UTF-8.
        case ascii
        /// Without a bar, for files and pipes.
        case plain
    }

    /// What is being done.
    public var label: String
    /// How much there is to do; zero or less counts as nothing to do, which is done.
    public var total: Int
    /// Columns of the bar, without its label and numbers; 30 by default.
    public var width: Int
    /// How the bar is drawn; ``Style/unicode`` by default.
    public var style: Style

    /// Makes a bar.
    public init(_ label: String, total: Int, width: Int = 30, style: Style = .unicode) {
        self.label = label
        self.total = total
        self.width = width
        self.style = style
    }

    /// The line for a state of the work: label, bar, percentage, count and rate.
    ///
    /// - Parameters:
    ///   - completed: How much is done; held between 0 and the total.
    ///   - elapsed: Time since the begin, for the rate per second; without it, or at zero, no rate is shown.
    public func line(completed: Int, elapsed: Duration? = nil) -> String {
        let all = max(0, total)
        let done = min(max(0, completed), all)
        let percent = all == 0 ? 100 : Int(Double(done) / Double(all) * 100)
        var parts = [singleLine(label)]
        if style != .plain { parts.append(bar(done, all)) }
        parts.append("\(String(repeating: " ", count: 3 - String(percent).count))\(percent) %")
        parts.append("\(grouped(done))/\(grouped(all))")
        if let rate = rate(done, elapsed) { parts.append(rate) }
        return parts.joined(separator: "  ")
    }

    private func bar(_ done: Int, _ all: Int) -> String {
        let columns = max(1, min(width, 1_000))
        let steps = style == .unicode ? 8 : 1
        let share = all == 0 ? 1 : Double(done) / Double(all)
        let eighths = Int(share * Double(columns * steps))
        let partial = eighths % steps == 0 ? "" : String(Array("▏▎▍▌▋▊▉")[eighths % steps - 1])
        let full = String(repeating: style == .unicode ? "█" : "#", count: eighths / steps) + partial
        let rest = columns - eighths / steps - (partial.isEmpty ? 0 : 1)
        return full + String(repeating: style == .unicode ? "░" : ".", count: rest)
    }

    private func rate(_ done: Int, _ elapsed: Duration?) -> String? {
        guard let elapsed, elapsed > .zero else { return nil }
        let rate = Double(done) / (elapsed / .seconds(1))
        guard rate.isFinite, rate < 1e15 else { return nil }
        return rate < 10 ? "\((rate * 10).rounded() / 10)/s" : "\(grouped(Int(rate.rounded())))/s"
    }
}
