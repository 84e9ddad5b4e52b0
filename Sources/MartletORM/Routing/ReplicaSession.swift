import Synchronization

/// What an error says about a replica.
enum ReplicaFault: Sendable {
    /// It cannot be reached.
    case lost
    /// It is well, and cannot do this: its copy of the primary came in the way, or what was asked writes.
    case refused

    init?(_ error: any Error) {
        guard let error = error as? ORMError else { return nil }
        switch error.code {
        case .cannotConnect, .connectionLost, .closed: self = .lost
        case .serializationFailure, .readOnly: self = .refused
        default: return nil
        }
    }
}

/// How far a read on a replica came: whether a failure is the replica's, and whether it may begin anew elsewhere.
final class ReadProgress: Sendable {
    private struct State {
        var isInside = false
        var fault: ReplicaFault?
        var hasHandedOver = false
    }

    private let state = Mutex(State())

    func begin() {
        state.withLock { $0.isInside = true }
    }

    func end() {
        state.withLock { $0.isInside = false }
    }

    /// Whether rows have left that cannot be taken back.
    var hasHandedOver: Bool { state.withLock { $0.hasHandedOver } }

    func handOver() {
        state.withLock { $0.hasHandedOver = true }
    }

    func add(_ fault: ReplicaFault?) {
        state.withLock { $0.fault = $0.fault ?? fault }
    }

    /// What the error with which the read ended says about the replica; nothing when it came from the reader's own code.
    func fault(_ error: any Error) -> ReplicaFault? {
        state.withLock { $0.fault ?? ($0.isInside ? nil : ReplicaFault(error)) }
    }
}

/// A replica's session, which tells of its failures.
struct ReplicaSession: DatabaseSession {
    private let session: any DatabaseSession
    private let progress: ReadProgress

    init(_ session: any DatabaseSession, _ progress: ReadProgress) {
        self.session = session
        self.progress = progress
    }

    var dialect: Dialect { session.dialect }
    var sendsTogether: Bool { session.sendsTogether }

    func run(_ statement: Statement, into sink: RowSink) async throws -> StatementCounts {
        do {
            return try await session.run(statement, into: sink)
        } catch {
            progress.add(ReplicaFault(error))
            throw error
        }
    }

    func stream<Row: Sendable>(
        _ statement: Statement, chunk: Int, decode: @escaping @Sendable (inout RowDecoder) throws -> Row,
        _ body: ([Row]) async throws -> Void
    ) async throws {
        var isInBody = false
        do {
            try await session.stream(statement, chunk: chunk, decode: decode) { rows in
                progress.handOver()
                isInBody = true
                try await body(rows)
                isInBody = false
            }
        } catch {
            if !isInBody { progress.add(ReplicaFault(error)) }
            throw error
        }
    }
}
