import CLibPQ
import MartletORM

/// One statement on its way: what of it was sent, and what has come back so far.
///
/// Batches of one connection follow each other without waiting; each ends with a synchronisation point, up to which the
/// server skips everything after an error.
struct PipelineBatch {
    /// What the server answers, in the order in which it was sent.
    enum Step {
        /// What begins a transaction or drops a prepared statement.
        case control(String)
        /// The preparation of the statement.
        case prepare
        /// The question whether the places of bytes are for bytes.
        case check
        /// One execution of it.
        case execute
    }

    /// How far the cancellation of the batch has come.
    enum Cancellation {
        /// Nobody has asked for it.
        case none
        /// It waits until the server is at this batch.
        case requested
        /// A request is on its way; the batch does not end before that has been dealt with, so that it hits no other.
        case sending
        /// The server was asked; a request that comes before the statement does is lost, so it is repeated.
        case sent
    }

    let number: UInt64
    let text: String
    /// The statement among those that are prepared.
    let key: String
    var steps: [Step] = []
    private var position = 0
    private var isAnswered = false
    private(set) var results: [PostgresResult] = []
    private(set) var failure: ORMError?
    private(set) var isPrepared = true
    var isSynchronised = false
    var cancellation = Cancellation.none
    /// How often the server was asked to cancel it.
    var requests = 0
    let waiter: PipelineWaiter
    /// Whether nobody waits for it: it ends a transaction that only read, and others may be sent behind it.
    let isParting: Bool

    init(_ number: UInt64, _ request: PipelineRequest, _ waiter: PipelineWaiter, isParting: Bool) {
        self.number = number
        text = request.text
        key = request.key
        self.waiter = waiter
        self.isParting = isParting
    }

    var isFinished: Bool {
        if case .sending = cancellation { return false }
        return isSynchronised
    }

    /// Takes the answer to the present step.
    mutating func take(_ result: PostgresResult) {
        isAnswered = true
        let step = position < steps.count ? steps[position] : .execute
        switch result.status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
            if case .execute = step { results.append(result) }
        case PGRES_PIPELINE_ABORTED:
            if step.precedesUse { isPrepared = false }
        default:
            if step.precedesUse { isPrepared = false }
            fail(PostgresError(result), step)
        }
    }

    /// Passes to the next step; returns false when nothing had come for this one.
    mutating func finishStep() -> Bool {
        defer { isAnswered = false }
        position += 1
        return isAnswered
    }

    private mutating func fail(_ error: PostgresError, _ step: Step) {
        guard failure == nil else { return }
        if case .check = step {
            failure = .bytesElsewhere(self.text, cause: error)
            return
        }
        let text = if case .control(let control) = step { control } else { self.text }
        failure = ORMError(error, statement: text)
    }

    /// Whether what failed is that the prepared statement is gone or no longer fits; it can be prepared anew.
    var isStale: Bool {
        guard let error = failure?.cause as? PostgresError else { return false }
        return error.sqlState == "26000" || (error.sqlState == "0A000" && error.message.contains("cached plan"))
    }

    /// What whoever waits is told.
    func outcome(isInTransaction: Bool) -> Result<PipelineOutcome, any Error> {
        guard let failure else { return .success(PipelineOutcome(results: results)) }
        if case .none = cancellation {
            return isStale && !isInTransaction ? .failure(StaleStatement(error: failure)) : .failure(failure)
        }
        return failure.code == .timedOut || failure.code == .transactionAborted
            ? .failure(CancellationError()) : .failure(failure)
    }
}

/// What came back for a batch without errors.
struct PipelineOutcome: Sendable {
    let results: [PostgresResult]
}

/// A prepared statement that has to be prepared anew, outside of a transaction, where it can be run again.
struct StaleStatement: Error {
    let error: ORMError
}
