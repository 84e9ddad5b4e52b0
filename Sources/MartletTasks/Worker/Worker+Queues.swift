extension Worker {
    /// The queues it serves: those chosen, or the default queue and those its tasks name, without those excluded.
    public var queues: [String] {
        let own = registry.names.compactMap { registry[$0]?.options.queue }
        let all = options.queues ?? [client.options.defaultQueue] + Set(own).sorted()
        return all.reduce(into: []) { queues, queue in
            if !queues.contains(queue), !options.excludedQueues.contains(queue) { queues.append(queue) }
        }
    }

    /// Checks the choice of queues.
    ///
    /// - Throws: ``TaskError`` with code `misconfigured`, naming the queue.
    func checkQueues() throws(TaskError) {
        let excluded = options.excludedQueues.sorted()
        for queue in (options.queues ?? []) + excluded { try Self.check(queue) }
        if let queue = excluded.first(where: { options.queues?.contains($0) == true }) {
            throw TaskError(.misconfigured, "the queue '\(queue)' is both chosen and excluded; leave out one of them")
        }
        let served = queues
        let own = Set(registry.names.compactMap { registry[$0]?.options.queue } + [client.options.defaultQueue])
        if let queue = excluded.first(where: { !own.contains($0) }) {
            throw TaskError(
                .misconfigured,
                """
                the excluded queue '\(queue)' is none of this worker's, which are \
                \(own.sorted().joined(separator: ", ")); correct its name or leave it out
                """)
        }
        guard !served.isEmpty else {
            throw TaskError(
                .misconfigured, "all queues are excluded, so the worker would receive nothing; leave at least one")
        }
    }

    /// Checks a queue's name: not empty, at most 255 bytes (AMQP's limit), without spaces, commas and control characters.
    private static func check(_ queue: String) throws(TaskError) {
        let isLegal = queue.unicodeScalars.allSatisfy {
            $0 != "," && !$0.properties.isWhitespace && $0.properties.generalCategory != .control
        }
        guard !queue.isEmpty, queue.utf8.count <= 255, isLegal else {
            throw TaskError(
                .misconfigured,
                "'\(queue)' is no name of a queue; use 1 to 255 bytes without spaces, commas and control characters")
        }
    }
}
