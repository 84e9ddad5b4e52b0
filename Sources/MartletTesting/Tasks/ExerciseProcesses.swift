public import MartletTasks

/// Checks that several processes share a broker's messages, each of which goes to one of them.
///
/// - Parameters:
///   - broker: A broker whose queue `q` is empty.
///   - processes: How many processes there are.
///   - consume: Starts a process that receives messages of the queue `q` one by one and acknowledges each, until it has
///     acknowledged one whose id begins with `stop`; returns the ids that it has acknowledged, that one excepted.
/// - Throws: ``ConformanceFailure``, naming the promise that is broken, or what the broker throws.
public func exerciseBroker(
    _ broker: some Broker, processes: Int, consume: @escaping @Sendable (_ process: Int) async throws -> [String]
) async throws {
    let ids = (0..<100 * processes).map { "m\($0)" }
    try await broker.publish(ids.map { BrokerCheck.message($0, priority: 5) })
    try await broker.publish((0..<processes).map { BrokerCheck.message("stop\($0)") })
    let consumed = try await BrokerCheck.within(.seconds(120), "several processes empty a queue") {
        try await withThrowingTaskGroup(of: [String].self) { group in
            for process in 0..<processes { group.addTask { try await consume(process) } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }
    try require(Set(consumed) == Set(ids), "several processes lose no message")
    try require(consumed.count == ids.count, "no message goes to two processes")
    try require(try await broker.depth(of: "q").total == 0, "what another process acknowledges is gone")
}
