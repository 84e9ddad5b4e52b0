import CLibPQ
import Dispatch
import MartletORM
import Synchronization

/// One connection: sends statements in pipelines from the tasks that have them, and takes the answers on the loop's thread.
final class PostgresConnection: Sendable, Identifiable {
    let id: UInt64
    private let socket: Int32
    private let loop: SocketLoop
    private let onLoss: @Sendable (UInt64) -> Void
    private let state: Mutex<PipelineState>
    /// For how many statements no thread waits in place, because the last time was in vain.
    private let reluctance = Atomic(0)
    /// For how many statements a thread that waits in place sleeps at once, because the last time was in vain.
    private let drowsiness = Atomic(0)

    /// Takes over a connection in pipeline mode.
    init(
        id: UInt64, socket: Int32, loop: SocketLoop, onLoss: @escaping @Sendable (UInt64) -> Void,
        _ handle: sending OpaquePointer
    ) {
        self.id = id
        self.socket = socket
        self.loop = loop
        self.onLoss = onLoss
        state = Mutex(PipelineState(handle, socket, loop))
    }

    /// Begins to take answers.
    func listen() {
        loop.add(socket) { [weak self] in self?.receivesPart() ?? false }
    }

    deinit {
        state.withLock { $0.finish() }
    }

    /// Whether the connection is gone.
    var isLost: Bool { state.withLock { $0.isLost } }

    /// Whether the server has left the connection open, as far as has arrived here.
    func isOpen() -> Bool {
        receive()
        return !isLost
    }

    /// Whether it can be lent to somebody else: nothing is under way and no transaction is open.
    var isClean: Bool { state.withLock { $0.isClean } }

    /// What the server thinks of the transaction.
    var transactionStatus: PGTransactionStatusType { state.withLock { $0.transactionStatus } }

    /// Has a statement without a result sent in front of the next one, in the same trip.
    func prefix(_ control: String) {
        state.withLock { $0.prefix = control }
    }

    /// Takes back what ``prefix(_:)`` has not sent yet; returns whether there was something.
    func dropPrefix() -> Bool {
        state.withLock { state in
            defer { state.prefix = nil }
            return state.prefix != nil
        }
    }

    /// Runs a statement once for each set of values, all in one trip.
    ///
    /// When the task is cancelled, the server is told, and this returns once it has answered.
    ///
    /// - Parameter inPlace: Whether the thread may wait for a moment, which is faster than to wake another one twice.
    func run(
        _ request: PipelineRequest, isCancellable: Bool = true, inPlace: Bool = false
    ) async throws -> PipelineOutcome {
        if isCancellable { try Task.checkCancellation() }
        let number = state.withLock { $0.nextNumber() }
        let waiter = send(request, number, inPlace)
        guard isCancellable, !waiter.isDone else { return try await waiter.outcome() }
        defer { state.withLock { $0.forget(number) } }
        return try await withTaskCancellationHandler {
            try await waiter.outcome()
        } onCancel: {
            perform(state.withLock { $0.cancel(number) })
        }
    }

    /// Whether the server answers in time.
    func answers(within timeout: Duration) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { (try? await self.run(.synchronisation)) != nil }
            group.addTask { [self] in
                guard (try? await Task.sleep(for: timeout)) != nil else { return false }
                close()
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
    }

    /// Closes the connection; what waits for an answer fails.
    func close() {
        perform(state.withLock { $0.lose(.databaseClosed) })
    }

    /// Sends a statement that ends a transaction in which nothing was written; nobody waits for the answer.
    func part(with request: PipelineRequest) {
        perform(state.withLock { $0.send(request, $0.nextNumber(), PipelineWaiter(), isParting: true) })
    }

    private func send(_ request: PipelineRequest, _ number: UInt64, _ inPlace: Bool) -> PipelineWaiter {
        let waiter = PipelineWaiter()
        let isLent = inPlace && isWillingToWait && loop.lend(socket)
        perform(state.withLock { $0.send(request, number, waiter) })
        guard isLent else {
            loop.watch(socket)
            return waiter
        }
        guard waitInPlace(for: waiter) else {
            reluctance.rest(for: 100)
            loop.takeBack(socket)
            return waiter
        }
        loop.rest(socket)
        // What was sent beside it found the socket lent.
        if !state.withLock({ $0.isQuiet }) { loop.watch(socket) }
        return waiter
    }

    /// Whether nothing else is under way, and the server answered fast the last time.
    private var isWillingToWait: Bool {
        state.withLock { $0.isQuiet } && reluctance.isOver()
    }

    /// Takes answers on this thread, each of which may take a millisecond; returns whether the outcome has come.
    private func waitInPlace(for waiter: PipelineWaiter) -> Bool {
        var (hasBegun, staysAwake) = (false, drowsiness.isOver())
        while !waiter.isDone {
            guard state.withLock({ $0.isFlushed && !$0.isLost }) else { break }
            if staysAwake, !loop.watchToRead(socket) {
                staysAwake = false
                if !hasBegun { drowsiness.rest(for: 30) }
            }
            guard staysAwake || loop.waitToRead(socket) else { break }
            // What has begun to come goes on coming.
            (hasBegun, staysAwake) = (true, true)
            receive()
        }
        return waiter.isDone
    }

    private func receive() {
        perform(state.withLock { $0.receive() })
    }

    /// Takes what has arrived; returns whether that is a part of an answer, so that the next part will soon come.
    private func receivesPart() -> Bool {
        let (actions, isPart) = state.withLock { state in
            let actions = state.receive()
            return (actions, actions.isEmpty && state.isMidAnswer)
        }
        perform(actions)
        return isPart
    }

    private func perform(_ actions: [PipelineAction]) {
        for action in actions {
            switch action {
            case .finish(let waiter, let result): waiter.finish(with: result)
            case .watchWriting(let isNeeded): loop.watchWriting(socket, isNeeded)
            case .requestCancellation(let number, let request): requestCancellation(number, request)
            case .repeatCancellation(let number, let delay):
                DispatchQueue.global().asyncAfter(deadline: .now() + delay) { [self] in
                    perform(state.withLock { $0.cancelAgain(number) })
                }
            case .lost: onLoss(id)
            }
        }
    }

    /// Asks the server to stop; libpq makes a connection of its own for that, and blocks.
    private func requestCancellation(_ number: UInt64, _ request: CancelRequest) {
        DispatchQueue.global().async { [self] in
            request.send()
            perform(state.withLock { $0.cancellationReturned(number) })
        }
    }
}

/// A number of times for which something is left, counted down by each that asks.
extension Atomic<Int> {
    fileprivate func rest(for times: Int) { store(times, ordering: .relaxed) }

    fileprivate func isOver() -> Bool {
        guard load(ordering: .relaxed) > 0 else { return true }
        subtract(1, ordering: .relaxed)
        return false
    }
}

/// A statement as a connection sends it.
struct PipelineRequest: Sendable {
    let text: String
    let parameters: [ParameterBuffer]
    /// Whether the statement is worth to be kept prepared.
    let isPrepared: Bool
    /// The places of bytes among the values.
    let bytePlaces: [Int]
    /// The statement among those that are prepared: the text, and where it was prepared for bytes.
    let key: String

    init(text: String, parameters: [ParameterBuffer], isPrepared: Bool) {
        self.text = text
        self.parameters = parameters
        self.isPrepared = isPrepared
        bytePlaces = parameters.reduce(into: Set<Int>()) { $0.formUnion($1.bytePlaces) }.sorted()
        key = bytePlaces.isEmpty ? text : "\(text)\u{0}\(bytePlaces)"
    }

    var hasValues: Bool { (parameters.first?.count ?? 0) > 0 }

    /// Nothing but the synchronisation point.
    static let synchronisation = PipelineRequest(text: "", parameters: [], isPrepared: false)
}

/// What is to be done outside of the lock.
enum PipelineAction: Sendable {
    case finish(PipelineWaiter, Result<PipelineOutcome, any Error>)
    case watchWriting(Bool)
    case requestCancellation(UInt64, CancelRequest)
    case repeatCancellation(UInt64, after: DispatchTimeInterval)
    case lost
}

/// A request to stop what a connection runs.
///
/// It needs no lock: it is immutable, and libpq allows to use one from any thread.
final class CancelRequest: @unchecked Sendable {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        PQfreeCancel(handle)
    }

    /// Sends it, and returns when the server has taken it or cannot be reached.
    func send() {
        var words = [CChar](repeating: 0, count: 256)
        _ = PQcancel(handle, &words, Int32(words.count))
    }
}
