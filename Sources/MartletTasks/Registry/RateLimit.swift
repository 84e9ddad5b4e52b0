/// How often tasks may start: so many in a period, evenly spread.
///
/// Written as in Celery, `"10/s"`, `"100/m"` or `"1/h"`, or made with ``perSecond(_:)`` and its like.
public struct RateLimit: Sendable, Hashable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The time between two starts.
    public let interval: Duration
    private let text: String

    private init(_ count: Double, per period: Duration, text: String) {
        interval = count > 0 && count.isFinite ? period / count : .zero
        self.text = text
    }

    /// So many in a second.
    public static func perSecond(_ count: Double) -> RateLimit {
        RateLimit(count, per: .seconds(1), text: "\(count)/s")
    }
    /// So many in a minute.
    public static func perMinute(_ count: Double) -> RateLimit {
        RateLimit(count, per: .seconds(60), text: "\(count)/m")
    }
    /// So many in an hour.
    public static func perHour(_ count: Double) -> RateLimit {
        RateLimit(count, per: .seconds(3600), text: "\(count)/h")
    }

    /// Reads Celery's notation: a number, which is per second, or a number and `/s`, `/m` or `/h`.
    ///
    /// - Throws: ``TaskError`` with code `misconfigured`.
    public init(_ text: String) throws(TaskError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let periods: [String: Duration] = ["s": .seconds(1), "m": .seconds(60), "h": .seconds(3600)]
        guard let count = parts.first.flatMap({ Double($0) }), count > 0, count.isFinite, parts.count <= 2,
            let period = periods[parts.count == 2 ? String(parts[1]) : "s"]
        else {
            throw TaskError(.misconfigured, "'\(text)' is no rate limit; write a number over 0 and /s, /m or /h")
        }
        self.init(count, per: period, text: text)
    }

    /// Reads Celery's notation; one that is wrong is reported by ``TaskRegistry/validate()``.
    public init(stringLiteral text: String) {
        do throws(TaskError) { self = try RateLimit(text) } catch { self.init(0, per: .zero, text: text) }
    }

    /// Celery's notation.
    public var description: String { text }

    /// Throws what is wrong with it.
    func validate() throws(TaskError) {
        guard interval > .zero else {
            throw TaskError(.misconfigured, "'\(text)' is no rate limit; write a number over 0 and /s, /m or /h")
        }
    }
}
