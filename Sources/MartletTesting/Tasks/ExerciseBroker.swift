public import MartletTasks

/// Checks a broker against everything its protocols promise; every broker's tests call it.
///
/// Which protocols are checked is what the broker conforms to: ``Broker`` always, ``RevokingBroker`` and its like if it
/// has them.
///
/// ```swift
/// @Test func keepsThePromisesOfABroker() async throws {
///     try await exerciseBroker { time in try SQLiteBroker(path: newPath(), time: time) }
/// }
/// ```
///
/// - Parameters:
///   - results: Makes the result backend that shares the broker's store, for a ``TransactionalBroker``.
///   - make: Makes an empty broker that goes by the given time; called once for each check.
/// - Throws: ``ConformanceFailure``, naming the promise that is broken, or what the broker throws.
public func exerciseBroker<Subject: Broker>(
    results: (@Sendable (Subject, TimeSource) async throws -> any ResultBackend)? = nil,
    _ make: @Sendable (TimeSource) async throws -> Subject
) async throws {
    for check in BrokerCheck.all {
        let scene = BrokerScene()
        try await check.run(try await make(scene.time), scene)
    }
    guard let results else { return }
    for check in BrokerCheck.reports {
        let scene = BrokerScene()
        let broker = try await make(scene.time)
        guard let transactional = broker as? any TransactionalBroker else { return }
        try await check(transactional, try await results(broker, scene.time))
    }
}

/// A promise of a protocol that an implementation does not keep.
public struct ConformanceFailure: Error, CustomStringConvertible {
    /// What was expected.
    public let description: String

    init(_ description: String) { self.description = description }
}

/// Throws unless a condition holds.
func require(_ condition: Bool, _ promise: String) throws {
    if !condition { throw ConformanceFailure(promise) }
}
