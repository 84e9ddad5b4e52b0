import Synchronization

/// Reports that a ``CollectingBroker`` has been given and has not answered yet.
///
/// Whoever ends a run begins one and goes on with the next run. One Swift task takes the answers, many at a time.
final class ReportsUnderWay: ReportReceiver {
    /// A report that was answered.
    struct Answer: Sendable {
        let job: Job
        let outcome: Outcome
        let counts: WorkerReport
        /// Why the broker could not be told.
        var error: (any Error)?
    }

    private struct State {
        var count = 0
        var answers: [Answer] = []
        var isClosed = false
        var waiter: CheckedContinuation<Void, Never>?

        /// Who is to be woken, if there is something to do.
        mutating func wake() -> CheckedContinuation<Void, Never>? {
            guard !answers.isEmpty || isOver else { return nil }
            defer { waiter = nil }
            return waiter
        }

        var isOver: Bool { isClosed && count == 0 }
    }

    private let state = Mutex(State())

    /// One has been begun.
    func begin() { state.withLock { $0.count += 1 } }

    /// One is answered.
    func add(_ answer: Answer) { state.withLock { $0.answers.append(answer) } }

    func answersWereGiven() {
        let waiter = state.withLock { $0.wake() }
        waiter?.resume()
    }

    /// Lets ``answers()`` end when all are answered; none is begun any more.
    func close() {
        let waiter = state.withLock { state in
            state.isClosed = true
            return state.wake()
        }
        waiter?.resume()
    }

    /// Waits for the next answers; `nil` when there will be none.
    ///
    /// Cancellation changes nothing: what ran is reported.
    func answers() async -> [Answer]? {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            let waiter = state.withLock { state in
                state.waiter = continuation
                return state.wake()
            }
            waiter?.resume()
        }
        return state.withLock { state in
            guard !state.answers.isEmpty else { return nil }
            defer { state.answers = [] }
            state.count -= state.answers.count
            return state.answers
        }
    }
}
