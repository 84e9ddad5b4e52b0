import MartletTasks
import Synchronization

/// What goes wrong in a ``FaultyBroker`` or a ``FaultyResultBackend``, and when.
///
/// ```swift
/// FaultyBroker(wrapping: MemoryBroker(), faults: [.fail(.publish, on: 2), .loseReply(of: .settle, on: 1)])
/// ```
public struct Fault: Sendable {
    /// Where it goes wrong.
    public enum Operation: String, Sendable, Hashable {
        /// ``Broker/publish(_:)``, ``UniqueBroker/publishUnique(_:)``.
        case publish
        /// ``Broker/receive(from:limit:lease:)``.
        case receive
        /// ``Broker/settle(_:)``.
        case settle
        /// ``Broker/extendLease(of:by:)``.
        case extendLease
        /// ``Broker/depth(of:)``.
        case depth
        /// ``ResultBackend/store(_:)``.
        case store
        /// ``ResultBackend/fetch(_:)``.
        case fetch
        /// ``ResultBackend/wait(for:)``, ``ResultBackend/changes(of:since:)``.
        case wait
        /// ``ResultBackend/completeChordMember(_:)``.
        case completeChordMember
    }

    enum Effect: Sendable {
        case fail, loseReply, hang
        case delay(Duration)
    }
    enum Occurrence: Sendable {
        case call(Int)
        case always
        case random(Double)
    }

    let operation: Operation
    let effect: Effect
    let occurrence: Occurrence

    /// The call does nothing and throws; `call` counts from 1, `nil` is every one.
    public static func fail(_ operation: Operation, on call: Int? = nil) -> Fault {
        Fault(operation: operation, effect: .fail, occurrence: call.map(Occurrence.call) ?? .always)
    }

    /// The call does its work and throws, as when the connection drops before the answer.
    public static func loseReply(of operation: Operation, on call: Int? = nil) -> Fault {
        Fault(operation: operation, effect: .loseReply, occurrence: call.map(Occurrence.call) ?? .always)
    }

    /// The call never returns, unless it is cancelled.
    public static func hang(_ operation: Operation, on call: Int? = nil) -> Fault {
        Fault(operation: operation, effect: .hang, occurrence: call.map(Occurrence.call) ?? .always)
    }

    /// The call waits before it does its work.
    public static func delay(_ operation: Operation, by duration: Duration, on call: Int? = nil) -> Fault {
        Fault(operation: operation, effect: .delay(duration), occurrence: call.map(Occurrence.call) ?? .always)
    }

    /// Any call does its work and throws, with a probability from 0 to 1.
    public static func loseReplyAtRandom(of operation: Operation, probability: Double) -> Fault {
        Fault(operation: operation, effect: .loseReply, occurrence: .random(probability))
    }

    /// Any call does nothing and throws, with a probability from 0 to 1.
    public static func failAtRandom(_ operation: Operation, probability: Double) -> Fault {
        Fault(operation: operation, effect: .fail, occurrence: .random(probability))
    }
}

/// Counts calls and lets them go wrong as planned; the same seed gives the same faults.
final class FaultPlan: Sendable {
    private struct State {
        var calls: [Fault.Operation: Int] = [:]
        var generator: SeededGenerator
    }

    private let faults: [Fault]
    private let time: TimeSource
    private let trace: TraceRecorder?
    private let state: Mutex<State>

    init(_ faults: [Fault], seed: UInt64, time: TimeSource, trace: TraceRecorder? = nil) {
        self.faults = faults
        self.time = time
        self.trace = trace
        state = Mutex(State(generator: SeededGenerator(seed: seed)))
    }

    func perform<Value>(_ operation: Fault.Operation, _ body: () async throws -> Value) async throws -> Value {
        guard !faults.isEmpty else { return try await body() }
        let (call, effects) = next(operation)
        for effect in effects { trace?.note(.fault, "", "\(operation.rawValue) \(effect), call \(call)") }
        let error = TaskError(.brokerFailed, "planned fault: \(operation.rawValue), call \(call)")
        for case .delay(let duration) in effects { try await time.sleep(for: duration) }
        for effect in effects {
            if case .hang = effect { try await waitForCancellation() }
            if case .fail = effect { throw error }
        }
        let value = try await body()
        for case .loseReply in effects { throw error }
        return value
    }

    private func next(_ operation: Fault.Operation) -> (call: Int, effects: [Fault.Effect]) {
        state.withLock { state in
            let call = state.calls[operation, default: 0] + 1
            state.calls[operation] = call
            let due = faults.filter { fault in
                guard fault.operation == operation else { return false }
                switch fault.occurrence {
                case .always: return true
                case .call(let number): return number == call
                case .random(let probability):
                    return Double.random(in: 0..<1, using: &state.generator) < probability
                }
            }
            return (call, due.map(\.effect))
        }
    }
}

/// Waits until the Swift task is cancelled.
func waitForCancellation() async throws {
    let (stream, continuation) = AsyncStream<Void>.makeStream()
    for await _ in stream {}
    withExtendedLifetime(continuation) {}
    throw CancellationError()
}
