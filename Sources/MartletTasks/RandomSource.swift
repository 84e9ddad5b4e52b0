import Synchronization

/// Where client and worker take random numbers from: ids of tasks, the jitter of retries, the hour of a clean-up.
///
/// It is the system's unless a test says otherwise; `TaskBench` of MartletTesting takes one that follows from its seed,
/// and a task that takes its numbers from `context.client.options.random` is then repeated too.
public struct RandomSource: RandomNumberGenerator, Sendable {
    private let draw: @Sendable () -> UInt64

    /// Makes a source of a generator; all copies draw from the same one.
    public init(_ generator: some RandomNumberGenerator & Sendable) {
        let generator = Mutex(generator)
        draw = { generator.withLock { $0.next() } }
    }

    private init(draw: @escaping @Sendable () -> UInt64) { self.draw = draw }

    /// The system's random numbers.
    public static let system = RandomSource {
        var system = SystemRandomNumberGenerator()
        return system.next()
    }

    /// The next number.
    public func next() -> UInt64 { draw() }
}
