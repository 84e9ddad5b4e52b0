import CLibPQ
import Dispatch
import MartletORM

/// What is under way on a connection; under its lock, and the only place that calls libpq with it.
struct PipelineState {
    private var handle: OpaquePointer?
    private var batches: [PipelineBatch] = []
    private var cache = StatementCache()
    private var cancelled: Set<UInt64> = []
    private var lastNumber: UInt64 = 0
    private var isWatchingWriting = false
    private let socket: Int32
    private let loop: SocketLoop
    /// Sent in front of the next statement.
    var prefix: String?

    init(_ handle: OpaquePointer, _ socket: Int32, _ loop: SocketLoop) {
        self.handle = handle
        self.socket = socket
        self.loop = loop
    }

    var isLost: Bool { handle == nil }
    /// Whether nothing is under way but what ends a transaction.
    var isQuiet: Bool { batches.allSatisfy(\.isParting) }
    /// Whether an answer is expected and has not come to its end.
    var isMidAnswer: Bool {
        guard let handle, let first = batches.first, !first.isSynchronised else { return false }
        return PQisBusy(handle) != 0
    }
    /// Whether all that was sent has left.
    var isFlushed: Bool { !isWatchingWriting }
    var isClean: Bool {
        isQuiet && prefix == nil && (!batches.isEmpty || transactionStatus == PQTRANS_IDLE)
    }

    var transactionStatus: PGTransactionStatusType {
        handle.map { PQtransactionStatus($0) } ?? PQTRANS_UNKNOWN
    }

    mutating func nextNumber() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }

    // MARK: Sending

    mutating func send(
        _ request: PipelineRequest, _ number: UInt64, _ waiter: PipelineWaiter, isParting: Bool = false
    ) -> [PipelineAction] {
        guard let handle else { return [.finish(waiter, .failure(ORMError.connectionLost("it is closed")))] }
        if cancelled.remove(number) != nil { return [.finish(waiter, .failure(CancellationError()))] }
        let use = request.isPrepared ? cache.use(request.text, as: request.key, hasValues: request.hasValues) : nil
        if let problem = Self.problem(request, use) {
            cache.remove(request.key)
            return [.finish(waiter, .failure(problem))]
        }
        var batch = PipelineBatch(number, request, waiter, isParting: isParting)
        let isSent =
            sendControls(request, use, to: handle, &batch) && sendExecutions(request, use, to: handle, &batch)
            && PQpipelineSync(handle) == 1
        batches.append(batch)
        return isSent ? flush(handle) : lose(nil)
    }

    /// What begins the transaction, drops a statement, and prepares this one.
    private mutating func sendControls(
        _ request: PipelineRequest, _ use: StatementCache.Use?, to handle: OpaquePointer, _ batch: inout PipelineBatch
    ) -> Bool {
        var controls = [prefix].compactMap { $0 }
        prefix = nil
        if case .new(_, let evicted?) = use { controls.append("DEALLOCATE \(evicted)") }
        for control in controls {
            batch.steps.append(.control(control))
            guard PQsendQueryParams(handle, control, 0, nil, nil, nil, nil, 1) == 1 else { return false }
        }
        guard case .new(let entry, _) = use else { return true }
        batch.steps.append(.prepare)
        guard PQsendPrepare(handle, entry.name, entry.text, 0, nil) == 1 else { return false }
        guard let check = request.byteCheck(entry.name) else { return true }
        batch.steps.append(.check)
        return PQsendQueryParams(handle, check, 0, nil, nil, nil, nil, 1) == 1
    }

    private func sendExecutions(
        _ request: PipelineRequest, _ use: StatementCache.Use?, to handle: OpaquePointer, _ batch: inout PipelineBatch
    ) -> Bool {
        // A text without values goes as it is: its question marks are operators.
        let text =
            use == nil && request.hasValues ? Dialect.postgreSQL.numbered(request.text).text : request.text
        for parameters in request.parameters {
            batch.steps.append(.execute)
            let count = Int32(parameters.count)
            let isSent = parameters.withArrays { values, lengths, formats in
                if let use {
                    use.entry.name.withCString { PQsendQueryPrepared(handle, $0, count, values, lengths, formats, 1) }
                } else {
                    PQsendQueryParams(handle, text, count, nil, values, lengths, formats, 1)
                }
            }
            guard isSent == 1 else { return false }
        }
        return true
    }

    private static func problem(_ request: PipelineRequest, _ use: StatementCache.Use?) -> ORMError? {
        guard let given = request.parameters.first?.count else { return nil }
        guard given <= 65_535 else {
            return ORMError(
                .invalidQuery,
                "The statement has \(given) values, and PostgreSQL takes 65 535. Pass them as one array: = ANY(…).")
        }
        if given == 0, use == nil { return nil }
        let places = use?.entry.placeholders ?? Dialect.postgreSQL.numbered(request.text).count
        guard places == given else {
            return ORMError(
                .invalidQuery,
                "The statement has \(places) placeholders and \(given) values were given: \(request.text). "
                    + "Write ?? for PostgreSQL's operator ?.")
        }
        return nil
    }

    private mutating func flush(_ handle: OpaquePointer) -> [PipelineAction] {
        let rest = PQflush(handle)
        guard rest >= 0 else { return lose(nil) }
        guard (rest == 1) != isWatchingWriting else { return [] }
        isWatchingWriting = rest == 1
        return [.watchWriting(isWatchingWriting)]
    }

    // MARK: Receiving

    /// Takes what has arrived.
    mutating func receive() -> [PipelineAction] {
        guard let handle else { return [] }
        let isConnected = PQconsumeInput(handle) == 1
        var actions = isConnected ? flush(handle) : []
        while !batches.isEmpty, !batches[0].isSynchronised, PQisBusy(handle) == 0 {
            guard let result = PQgetResult(handle) else {
                guard batches[0].finishStep() else { return actions + lose(nil) }
                continue
            }
            if PQresultStatus(result) == PGRES_PIPELINE_SYNC {
                PQclear(result)
                batches[0].isSynchronised = true
                finishFirst(&actions)
            } else {
                batches[0].take(PostgresResult(result))
            }
        }
        return isConnected && PQstatus(handle) == CONNECTION_OK ? actions : actions + lose(nil)
    }

    /// Ends batches that are done, and has the next one cancelled if that was asked for.
    private mutating func finishFirst(_ actions: inout [PipelineAction]) {
        while !batches.isEmpty, batches[0].isFinished {
            let batch = batches.removeFirst()
            if !batch.isPrepared || batch.isStale { cache.remove(batch.key) }
            let isInTransaction = transactionStatus == PQTRANS_INERROR || transactionStatus == PQTRANS_INTRANS
            actions.append(.finish(batch.waiter, batch.outcome(isInTransaction: isInTransaction)))
        }
        actions += cancelFirst()
    }

    // MARK: Cancelling

    /// Stops a batch: at once when the server is at it, else when it comes to it, else before it is sent.
    mutating func cancel(_ number: UInt64) -> [PipelineAction] {
        guard let index = batches.firstIndex(where: { $0.number == number }) else {
            // Not sent yet, or answered already; in the first case ``send`` finds this mark.
            cancelled.insert(number)
            return []
        }
        if case .none = batches[index].cancellation { batches[index].cancellation = .requested }
        return index == 0 ? cancelFirst() : []
    }

    /// Forgets that a batch was cancelled, which is over.
    mutating func forget(_ number: UInt64) {
        cancelled.remove(number)
    }

    private mutating func cancelFirst() -> [PipelineAction] {
        guard let handle, let batch = batches.first, case .requested = batch.cancellation, !batch.isSynchronised,
            let request = PQgetCancel(handle)
        else { return [] }
        batches[0].cancellation = .sending
        batches[0].requests += 1
        return [.requestCancellation(batch.number, CancelRequest(request))]
    }

    /// The server has taken a request to cancel a batch; when it goes on all the same, it is asked again.
    mutating func cancellationReturned(_ number: UInt64) -> [PipelineAction] {
        guard let index = batches.firstIndex(where: { $0.number == number }) else { return [] }
        batches[index].cancellation = .sent
        if index == 0, batches[0].isSynchronised {
            var actions: [PipelineAction] = []
            finishFirst(&actions)
            return actions
        }
        // 10 ms, and twice as long each time up to 1 s.
        return [.repeatCancellation(number, after: .milliseconds(min(5 << min(batches[index].requests, 8), 1000)))]
    }

    /// It is time to ask the server again.
    mutating func cancelAgain(_ number: UInt64) -> [PipelineAction] {
        guard batches.first?.number == number, case .sent = batches[0].cancellation else { return [] }
        batches[0].cancellation = .requested
        return cancelFirst()
    }

    // MARK: Ending

    /// Gives the connection up: everything under way fails.
    ///
    /// - Parameter reason: Why, or `nil` for what libpq says.
    mutating func lose(_ reason: ORMError?) -> [PipelineAction] {
        guard let handle else { return [] }
        let words = PQerrorMessage(handle).map { String(cString: $0) } ?? ""
        let error = reason ?? .connectionLost(words)
        let lost = batches
        batches = []
        finish()
        return lost.map { batch in
            let told = batch.failure?.code == .connectionLost ? batch.failure ?? error : error
            return .finish(batch.waiter, .failure(told))
        } + [.lost]
    }

    /// Closes the socket, once nobody looks at it any more: its number may be another's the next moment.
    mutating func finish() {
        guard let handle else { return }
        loop.remove(socket)
        PQfinish(handle)
        self.handle = nil
    }
}
