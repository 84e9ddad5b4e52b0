/// How many tasks a worker runs at once.
///
/// ```swift
/// WorkerOptions(pool: .concurrent(16))
/// WorkerOptions(pool: .concurrent(.automatic))
/// WorkerOptions(pool: .concurrent(.autoscaled(2...32)))
/// ```
public struct Concurrency: Sendable, Hashable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    /// How many at least; less than ``maximum`` only when it is autoscaled.
    public let minimum: Int
    /// How many at most.
    public let maximum: Int

    /// Always so many (Celery's `--concurrency`).
    public static func fixed(_ count: Int) -> Concurrency { Concurrency(minimum: count, maximum: count) }

    /// As many as the process may use cores, by its affinity and the quota of its control group (Celery's `-c auto`).
    public static var automatic: Concurrency { .fixed(AvailableCores.count) }

    /// More when all are busy and messages wait, fewer after 30 s with less to do (Celery's `--autoscale`).
    public static func autoscaled(_ range: ClosedRange<Int>) -> Concurrency {
        Concurrency(minimum: range.lowerBound, maximum: range.upperBound)
    }

    private init(minimum: Int, maximum: Int) {
        self.minimum = minimum
        self.maximum = maximum
    }

    /// Always so many.
    public init(integerLiteral count: Int) { self = .fixed(count) }

    /// Reads `4`, `auto` or `2-8`, as commands and settings give it.
    ///
    /// - Throws: ``TaskError`` with code `misconfigured`, which says what is wrong with the text.
    public init(parsing text: String) throws(TaskError) {
        let bounds = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        if text == "auto" {
            self = .automatic
        } else if let count = Int(text) {
            self = .fixed(count)
        } else if bounds.count == 2, let low = bounds[0], let high = bounds[1] {
            guard low <= high else {
                throw TaskError(.misconfigured, "a concurrency of \(text) is upside down; write \(high)-\(low)")
            }
            self = .autoscaled(low...high)
        } else {
            throw TaskError(
                .misconfigured, "'\(text)' is no concurrency; use a number such as 8, auto, or a range such as 2-8")
        }
        try validate()
    }

    /// Whether it changes with the load.
    public var isAutoscaled: Bool { minimum < maximum }

    /// The number, or the range as `2-8`.
    public var description: String { isAutoscaled ? "\(minimum)-\(maximum)" : "\(maximum)" }

    func validate() throws(TaskError) {
        guard minimum > 0 else {
            throw TaskError(.misconfigured, "a worker with concurrency \(minimum) runs nothing; use at least 1")
        }
    }
}
