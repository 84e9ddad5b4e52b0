import Logging

/// When a pool grows and shrinks: a value without clock or waiting, looked at once a second.
///
/// It grows at once by as much as waits when every place is busy, and shrinks to what is busy after 30 quiet looks;
/// Celery's autoscaler has the same second and the same 30 (`AUTOSCALE_KEEPALIVE`).
struct Autoscaler: Sendable {
    static let quietLooks = 30

    let range: ClosedRange<Int>
    private var quiet = 0
    private var most = 0

    init(_ range: ClosedRange<Int>) { self.range = range }

    /// The size to have, `nil` for no change.
    ///
    /// - Parameters:
    ///   - size: How many places there are.
    ///   - busy: How many of them are in use.
    ///   - waiting: How many messages could be run at once.
    mutating func size(now size: Int, busy: Int, waiting: Int) -> Int? {
        if busy >= size {
            quiet = 0
            most = 0
            let wanted = min(range.upperBound, size + waiting)
            return wanted > size ? wanted : nil
        }
        quiet += 1
        most = max(most, busy)
        guard quiet >= Self.quietLooks else { return nil }
        defer { (quiet, most) = (0, 0) }
        let wanted = max(range.lowerBound, most)
        return wanted < size ? wanted : nil
    }
}

extension Worker {
    /// Grows and shrinks the pool with the load.
    func autoscale(_ queues: [String]) async {
        let concurrency = options.pool.concurrency
        guard concurrency.isAutoscaled else { return }
        var autoscaler = Autoscaler(concurrency.minimum...concurrency.maximum)
        while (try? await client.time.sleep(for: .seconds(1))) != nil {
            let (size, busy) = slots.use
            let waiting = busy >= size && size < concurrency.maximum ? await ready(in: queues) : 0
            guard let wanted = autoscaler.size(now: size, busy: busy, waiting: waiting) else { continue }
            slots.resize(to: wanted)
            logger.info("pool scaled", metadata: ["from": "\(size)", "to": "\(wanted)"])
        }
    }

    /// How many tasks it runs at once now; changes only when it is autoscaled.
    public var concurrency: Int { slots.use.size }

    private func ready(in queues: [String]) async -> Int {
        var ready = 0
        for queue in queues { ready += (try? await client.broker.depth(of: queue).ready) ?? 0 }
        return ready
    }
}
