/// Decides how many tasks a worker with ``Concurrency/autoscaled(_:)`` runs at once (Celery's `worker_autoscaler`).
///
/// The worker asks it once a second, and keeps what it says within the range. ``LoadAutoscaler`` is the default; one of
/// your own may go by the hour, or by how much memory is left:
///
/// ```swift
/// struct NightShift: Autoscaler {
///     mutating func size(for load: PoolLoad) -> Int { isNight() ? load.maximum : load.minimum }
/// }
/// WorkerOptions(pool: .concurrent(.autoscaled(1...16)), autoscaler: NightShift())
/// ```
public protocol Autoscaler: Sendable {
    /// How many tasks are to run at once from now on; called once a second by one worker, never twice at once.
    ///
    /// Less than what is busy does not end anything: places go when what runs in them has ended.
    mutating func size(for load: PoolLoad) -> Int
}

/// How busy a worker's pool is.
public struct PoolLoad: Sendable, Hashable {
    /// The least it may be set to.
    public var minimum: Int
    /// The most it may be set to.
    public var maximum: Int
    /// How many tasks can run at once now.
    public var size: Int
    /// How many run.
    public var busy: Int
    /// How many messages could be run at once; looked up only when every place is busy, else 0.
    public var waiting: Int

    /// Makes a load.
    public init(minimum: Int, maximum: Int, size: Int, busy: Int, waiting: Int = 0) {
        self.minimum = minimum
        self.maximum = maximum
        self.size = size
        self.busy = busy
        self.waiting = waiting
    }
}

/// Grows at once by as much as waits when every place is busy, and shrinks to what is busy after some quiet seconds.
///
/// Celery's autoscaler has the same second and the same 30 (`AUTOSCALE_KEEPALIVE`).
public struct LoadAutoscaler: Autoscaler {
    /// After how many seconds with a free place it shrinks.
    public let quietSeconds: Int
    private var quiet = 0
    private var most = 0

    /// Makes an autoscaler; by default it shrinks after 30 quiet seconds.
    public init(quietSeconds: Int = 30) { self.quietSeconds = max(1, quietSeconds) }

    /// The size for a load.
    public mutating func size(for load: PoolLoad) -> Int {
        if load.busy >= load.size {
            (quiet, most) = (0, 0)
            return load.size + load.waiting
        }
        quiet += 1
        most = max(most, load.busy)
        guard quiet >= quietSeconds else { return load.size }
        defer { (quiet, most) = (0, 0) }
        return most
    }
}
