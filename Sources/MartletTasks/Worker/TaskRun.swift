import Foundation
import Synchronization

/// What one run of a task shares with its worker: what it has sent, how far it is, whether it is to stop.
final class TaskRun: Sendable {
    /// Which delivery it is; `nil` outside of a worker.
    let receipt: Receipt?
    /// Whether no result is stored when the message says nothing.
    let ignoresResult: Bool
    /// Set when the worker is asked to stop.
    let stopping: Signal<Void>
    private let state: Mutex<State>

    struct State: Sendable {
        /// The tasks it has sent.
        var children: [String] = []
        /// How far it is.
        var checkpoint: JSONValue?
        /// Whether the broker does not know `checkpoint` yet.
        var isUnsaved = false
        /// When the broker was last told how far it is, or when the run began.
        var savedAt: Date?
        /// Tells for how long it has run, if somebody wants to know.
        var stopwatch: (@Sendable () -> Duration)?
        /// For how long it ran.
        var runTime: Duration?
        /// The headers that carry the span it runs in.
        var trace: TraceHeaders?
    }

    init(
        receipt: Receipt? = nil, checkpoint: JSONValue? = nil, ignoresResult: Bool = false,
        stopping: Signal<Void> = Signal()
    ) {
        self.receipt = receipt
        self.ignoresResult = ignoresResult
        self.stopping = stopping
        state = Mutex(State(checkpoint: checkpoint))
    }

    /// The ids of the tasks it has sent.
    var children: [String] { state.withLock(\.children) }

    /// Notes tasks it has sent.
    func add(children: [String]) { state.withLock { $0.children += children } }

    /// Begins to measure how long it runs.
    func begin(_ time: TimeSource) {
        let stopwatch = time.stopwatch()
        state.withLock { $0.stopwatch = stopwatch }
    }

    /// Ends the measuring.
    func end() { state.withLock { $0.runTime = $0.stopwatch?() } }

    /// For how long it ran, if that was measured.
    var runTime: Duration? { state.withLock(\.runTime) }

    /// The headers that carry the span it runs in, wherever that is.
    var trace: TraceHeaders? { state.withLock(\.trace) }

    /// Notes the span it runs in.
    func note(trace: TraceHeaders) { state.withLock { $0.trace = trace } }

    /// How far it is.
    var checkpoint: JSONValue? { state.withLock(\.checkpoint) }

    /// Notes how far it is; returns whether it is time to tell the broker, after `interval` since it was last told.
    func advance(to checkpoint: JSONValue, at now: Date, every interval: Duration) -> Bool {
        state.withLock { state in
            state.checkpoint = checkpoint
            state.isUnsaved = true
            let savedAt = state.savedAt ?? now
            state.savedAt = savedAt
            return now.timeIntervalSince(savedAt) >= interval.inSeconds
        }
    }

    /// Whether the broker does not know yet how far it is.
    var hasUnsaved: Bool { state.withLock(\.isUnsaved) }

    /// What the broker is to be told, if it does not know it yet.
    func takeUnsaved(at now: Date) -> JSONValue? {
        state.withLock { state in
            guard state.isUnsaved else { return nil }
            state.isUnsaved = false
            state.savedAt = now
            return state.checkpoint
        }
    }
}
