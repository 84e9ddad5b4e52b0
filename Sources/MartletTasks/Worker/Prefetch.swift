/// How many messages a worker fetches before it has room to run them.
public struct Prefetch: Sendable, Hashable, CustomStringConvertible {
    /// How many messages wait in the worker at most.
    public let count: Int

    /// None, the default: a message is fetched when there is a free slot for it.
    ///
    /// So no message waits behind a long task while another worker is idle.
    public static let none = Prefetch(count: 0)

    /// So many beyond the free slots, for many short tasks on a broker that is far away (Celery's prefetch).
    ///
    /// Their leases are renewed, and they go back at once when the worker stops.
    public static func count(_ count: Int) -> Prefetch { Prefetch(count: count) }

    private init(count: Int) { self.count = count }

    /// The number.
    public var description: String { "\(count)" }

    func validate() throws(TaskError) {
        guard (0...10_000).contains(count) else {
            throw TaskError(.misconfigured, "a prefetch of \(count) cannot be used; use a number from 0 to 10000")
        }
    }
}
