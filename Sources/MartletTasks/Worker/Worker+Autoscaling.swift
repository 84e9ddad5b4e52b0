import Logging

extension Worker {
    /// Grows and shrinks the pool with the load.
    func autoscale(_ queues: [String]) async {
        let concurrency = options.pool.concurrency
        guard concurrency.isAutoscaled else { return }
        let range = concurrency.minimum...concurrency.maximum
        var autoscaler = options.autoscaler
        while (try? await client.time.sleep(for: .seconds(1))) != nil {
            let (size, busy) = slots.use
            let waiting = busy >= size && size < range.upperBound ? await ready(in: queues) : 0
            let load = PoolLoad(
                minimum: range.lowerBound, maximum: range.upperBound, size: size, busy: busy, waiting: waiting)
            let wanted = min(max(autoscaler.size(for: load), range.lowerBound), range.upperBound)
            guard wanted != size else { continue }
            slots.resize(to: wanted)
            pool.resize(to: wanted)
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
