import Logging

/// Ends a run when its hard time limit is over, whether it listens or not.
///
/// The run is cancelled at the limit. If it has not ended a second later its delivery is over all the same: it is reported
/// as `TimeLimitExceeded`, and the run is stuck. Swift cannot stop code that does not look, so a stuck run keeps its place
/// in the pool until it ends by itself; a pool of processes kills its process.
struct HardTimeLimit: Sendable {
    static let grace: Duration = .seconds(1)

    let seconds: Double
    let time: TimeSource

    /// A run is over, or is to be reported although it is not.
    private enum Event: Sendable {
        case ended(Result<JSONValue, any Error>)
        case overdue
        case cancelled
    }

    /// Runs a task and reports its end once; returns when it has really ended.
    ///
    /// - Parameters:
    ///   - run: The run.
    ///   - interruption: Set when the limit is over.
    ///   - report: Told the result: that of the run, or ``TimeLimitExceeded``, and whether the run is stuck.
    func hold(
        _ interruption: Signal<Interruption>, run: @escaping @Sendable () async -> Result<JSONValue, any Error>,
        report: (Result<JSONValue, any Error>, _ isStuck: Bool) async -> Void
    ) async {
        let isOver = Signal<Void>()
        await withTaskGroup(of: Event.self) { group in
            group.addTask { .ended(await Self.run(run, until: isOver)) }
            group.addTask { await watch(interruption, isOver) }
            var isReported = false
            for await event in group {
                switch event {
                case .cancelled: continue
                case .ended(let result):
                    group.cancelAll()
                    if !isReported { await report(isOver.current == nil ? result : .failure(exceeded), false) }
                    isReported = true
                case .overdue where !isReported:
                    isReported = true
                    await report(.failure(exceeded), true)
                case .overdue: continue
                }
            }
        }
    }

    private var exceeded: TimeLimitExceeded { TimeLimitExceeded(seconds: seconds) }

    private func watch(_ interruption: Signal<Interruption>, _ isOver: Signal<Void>) async -> Event {
        guard (try? await time.sleep(for: .seconds(seconds))) != nil else { return .cancelled }
        isOver.set(())
        interruption.set(.timeLimit(seconds))
        guard (try? await time.sleep(for: Self.grace)) != nil else { return .cancelled }
        return .overdue
    }

    /// Runs, and cancels the run when the signal comes: its soft time limit may have used up the interruption.
    private static func run(
        _ run: @escaping @Sendable () async -> Result<JSONValue, any Error>, until signal: Signal<Void>
    ) async -> Result<JSONValue, any Error> {
        await withTaskGroup(of: Result<JSONValue, any Error>?.self) { group in
            group.addTask { await run() }
            group.addTask {
                _ = await signal.wait()
                return nil
            }
            var result: Result<JSONValue, any Error> = .failure(CancellationError())
            while let next = await group.next() {
                group.cancelAll()
                if let next { result = next }
            }
            return result
        }
    }
}

/// The error of a run whose hard time limit was over.
struct TimeLimitExceeded: Error {
    let seconds: Double
}
