import Synchronization

extension QuerySet {
    /// The rows of the query, read and decoded so many at a time, with everything that was asked to be loaded.
    ///
    /// ```swift
    /// for try await invoice in Invoice.objects.prefetchRelated(\.lines).stream(chunk: 500, on: database) { … }
    /// ```
    ///
    /// It is one statement, and one more for each prefetched relation and chunk; together they see one state of the
    /// database. The next chunk is read when the one before is used up. A connection is held from the first row until the
    /// loop ends, so a loop that waits long for something else is better done over pages.
    ///
    /// - Parameter chunk: The number of rows in memory at once; 500 by default, at least 1.
    public func stream(
        chunk: Int = 500, on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line
    ) -> RowStream<Row> {
        let location = CallSite(fileID: fileID, line: line)
        return RowStream { deliver in
            guard chunk > 0 else { throw ORMError.chunk(chunk, location) }
            let statement = Statement(try select.sql(executor.dialect), at: location)
            try await executor.withSession(sessionKind, over: select.tables(executor.dialect)) { session in
                try await session.performStream(statement, chunk: chunk, decode: decode) { rows in
                    var rows = rows
                    try await finish(&rows, on: session, at: location)
                    try await deliver(rows)
                }
            }
        }
    }
}

/// The rows of a query, one after the other; see ``QuerySet/stream(chunk:on:fileID:line:)``.
public struct RowStream<Row: ModelRow>: AsyncSequence, Sendable {
    typealias Producer = @Sendable (_ deliver: ([Row]) async throws -> Void) async throws -> Void

    private let produce: Producer

    init(_ produce: @escaping Producer) {
        self.produce = produce
    }

    /// Begins the query anew with each loop; it runs when the first row is asked for.
    public func makeAsyncIterator() -> Iterator {
        Iterator(source: ChunkSource(produce), rows: [].makeIterator())
    }

    /// Hands over the rows of the present chunk and asks for the next.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let source: ChunkSource<Row>
        fileprivate var rows: IndexingIterator<[Row]>

        /// The next row; `nil` after the last.
        ///
        /// - Throws: ``ORMError``, or `CancellationError` when the task is cancelled.
        public mutating func next() async throws -> Row? {
            if let row = rows.next() { return row }
            guard let chunk = try await source.next() else { return nil }
            rows = chunk.makeIterator()
            return rows.next()
        }
    }
}

/// Lets a producer make one chunk whenever it is asked for one.
///
/// The producer holds a database session in a task of its own, which ends when it is done, when the task that asks is
/// cancelled, or when nobody can ask any more.
private final class ChunkSource<Row: Sendable>: Sendable {
    private let asking: AsyncStream<Void>.Continuation
    private let chunks: AsyncThrowingStream<[Row], any Error>
    private let start: @Sendable () -> Task<Void, Never>
    private let task = Mutex<Task<Void, Never>?>(nil)

    init(_ produce: @escaping @Sendable (_ deliver: ([Row]) async throws -> Void) async throws -> Void) {
        let (requests, asking) = AsyncStream.makeStream(of: Void.self)
        let (chunks, made) = AsyncThrowingStream.makeStream(of: [Row].self)
        self.asking = asking
        self.chunks = chunks
        start = {
            Task {
                guard await requests.first(where: { _ in true }) != nil else { return made.finish() }
                do {
                    try await produce { rows in
                        made.yield(rows)
                        guard await requests.first(where: { _ in true }) != nil else { throw CancellationError() }
                    }
                    made.finish()
                } catch {
                    made.finish(throwing: error)
                }
            }
        }
    }

    deinit {
        task.withLock { $0 }?.cancel()
        asking.finish()
    }

    func next() async throws -> [Row]? {
        let running = task.withLock { task in
            let running = task ?? start()
            task = running
            return running
        }
        return try await withTaskCancellationHandler {
            asking.yield()
            var iterator = chunks.makeAsyncIterator()
            let chunk = try await iterator.next()
            if chunk == nil { try Task.checkCancellation() }
            return chunk
        } onCancel: {
            running.cancel()
        }
    }
}

extension ORMError {
    fileprivate static func chunk(_ count: Int, _ location: CallSite) -> ORMError {
        ORMError(.invalidQuery, "stream(chunk: \(count)) has no meaning: give at least 1.", location: location)
    }
}
