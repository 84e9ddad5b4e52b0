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
        loop.add(socket) { [weak self] in self?.receive() }
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
    func run(_ request: PipelineRequest, isCancellable: Bool = true) async throws -> PipelineOutcome {
        let number = state.withLock { $0.nextNumber() }
        guard isCancellable else { return try await submit(request, number) }
        try Task.checkCancellation()
        defer { state.withLock { $0.forget(number) } }
        return try await withTaskCancellationHandler {
            try await submit(request, number)
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

    private func submit(_ request: PipelineRequest, _ number: UInt64) async throws -> PipelineOutcome {
        try await withCheckedThrowingContinuation { continuation in
            perform(state.withLock { $0.send(request, number, continuation) })
        }
    }

    private func receive() {
        perform(state.withLock { $0.receive() })
    }

    private func perform(_ actions: [PipelineAction]) {
        for action in actions {
            switch action {
            case .resume(let continuation, let result): continuation.resume(with: result)
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

/// A statement as a connection sends it.
struct PipelineRequest: Sendable {
    let text: String
    let parameters: [ParameterBuffer]
    /// Whether the statement is worth to be kept prepared.
    let isPrepared: Bool

    var hasValues: Bool { (parameters.first?.count ?? 0) > 0 }

    /// Nothing but the synchronisation point.
    static let synchronisation = PipelineRequest(text: "", parameters: [], isPrepared: false)
}

/// What is to be done outside of the lock.
enum PipelineAction: Sendable {
    case resume(CheckedContinuation<PipelineOutcome, any Error>, Result<PipelineOutcome, any Error>)
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
