import Foundation
import MartletORM
import MartletPostgres
import MartletTesting
import Synchronization
import Testing

@Suite(.postgres) struct PostgresPrefetchTests {
    @Test(.timeLimit(.minutes(2))) func sendsTheSiblingsOfALevelInOneTrip() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        let (database, other) = (try PostgresDatabase.open(url), try PostgresDatabase.open(url))
        try await fill(database)
        let counter = TripCounter(database)
        // The server cannot answer the first sibling before the lock is gone, and that is when the second was sent too.
        let (locked, release) = AsyncStream.makeStream(of: Void.self)
        async let holder: Void = other.transaction { tx in
            try await tx.execute("LOCK TABLE author IN ACCESS EXCLUSIVE MODE")
            release.yield()
            await counter.waitForStatements(3)
        }
        for await _ in locked { break }
        let books = try await Book.objects.order(by: \.id).prefetchRelated(\.author)
            .prefetchRelated(\.genres) { $0.order(by: \.name) }.all(on: Database(driver: counter))
        try await holder
        #expect(books.map(\.author.name) == ["Ada", "Ada", "Bob"])
        #expect(books.map { $0.genres.map(\.name) } == [["crime", "poems"], ["poems"], []])
        #expect(counter.trips == [1, 2])
        try await database.close()
        try await other.close()
    }

    @Test func recordsSiblingsInTheOrderInWhichTheyAreWritten() async throws {
        let database = try await TestDatabase.empty()
        try await fill(database)
        let query = Book.objects.order(by: \.id)
            .prefetchRelated(\.author) { $0.prefetchRelated(\.books) { $0.order(by: \.id) } }
            .prefetchRelated(\.genres) { genres in
                genres.order(by: \.id).prefetchRelated(\.books) { $0.order(by: \.id) }
            }
        for _ in 0..<20 {
            let (rows, statements) = try await QueryRecorder.record { try await query.all(on: database) }
            #expect(rows.map { $0.author.books.map(\.id) } == [[1, 2], [1, 2], [3]])
            #expect(rows[0].genres.map { $0.books.map(\.id) } == [[1, 2], [1]])
            #expect(statements.map { $0.text.contains("\"author\" AS t0") } == [false, true, false, false, false])
            #expect(statements.map { $0.text.contains("\"genre\" AS t0") } == [false, false, true, false, false])
            #expect(statements[3].text.contains("\"author_id\" = ANY(?)"))
        }
        try await database.close()
    }

    @Test func saysWhichSiblingFailed() async throws {
        let database = try await TestDatabase.empty()
        try await fill(database)
        try await database.execute("ALTER TABLE author RENAME TO writer")
        let query = Book.objects.prefetchRelated(\.genres).prefetchRelated(\.author).prefetchRelated(
            \.genres, as: Twice.self
        ) {
            $0.filter { $0.name == "crime" }
        }
        for _ in 0..<20 {
            let error = await #expect(throws: ORMError.self) { try await query.all(on: database) }
            #expect(error?.code == .database)
            #expect(error?.message.contains("\"author\" does not exist") == true)
        }
        #expect(try await Genre.objects.count(on: database) == 2)
        try await database.close()
    }

    @Test func loadsATreeByOneStatement() async throws {
        let database = try await TestDatabase.empty()
        try await Migrator([Migration("0001", creating: [Folder.self])]).migrate(database)
        let ids = (1...4).map { UUID(uuidString: "00000000-0000-0000-0000-00000000000\($0)") ?? UUID() }
        try await Folder.objects.bulkCreate(
            [
                Folder(id: ids[0], name: "/"), Folder(id: ids[1], name: "usr", parent: Reference(id: ids[0])),
                Folder(id: ids[2], name: "bin", parent: Reference(id: ids[1])),
                Folder(id: ids[3], name: "etc", parent: Reference(id: ids[0])),
            ], on: database)
        let top = Folder.objects.filter { $0.parent.isNull }
        let roots = try await expectQueries(2) {
            try await top.prefetchTree(\.folders) { $0.order(by: \.name) }.all(on: database)
        }
        #expect(roots[0].folders.map(\.name) == ["etc", "usr"])
        #expect(roots[0].folders[1].folders.map(\.name) == ["bin"])
        let one = try await top.prefetchTree(\.folders, depth: 1) { $0.order(by: \.name) }.all(on: database)
        #expect(one[0].folders.map(\.name) == ["etc", "usr"] && one[0].folders[1].folders.isEmpty)
        let bin = try await Folder.objects.filter { $0.name == "bin" }.prefetchTree(\.parent).all(on: database)
        #expect(bin[0].parent?.parent?.name == "/")
        try await database.execute("UPDATE folder SET parent_id = \(ids[2]) WHERE name = '/'")
        let circle = try await Folder.objects.filter { $0.name == "/" }.prefetchTree(\.folders) { $0.order(by: \.name) }
            .all(on: database)
        #expect(circle[0].folders[1].folders[0].folders.isEmpty)
        try await database.close()
    }

    /// Two authors, three books, and two genres of the first two books.
    private func fill(_ database: Database) async throws {
        try await Migrator([Migration("0001", creating: [BookGenre.self, Genre.self, Book.self, Author.self])])
            .migrate(database)
        try await Author.objects.bulkCreate([Author(name: "Ada"), Author(name: "Bob")], on: database)
        try await Book.objects.bulkCreate(
            [
                Book(title: "A1", pages: 1, author: 1), Book(title: "A2", pages: 2, author: 1),
                Book(title: "B1", pages: 3, author: 2),
            ], on: database)
        try await Genre.objects.bulkCreate([Genre(name: "poems"), Genre(name: "crime")], on: database)
        try await BookGenre.objects.bulkCreate(
            [BookGenre(book: 1, genre: 1), BookGenre(book: 1, genre: 2), BookGenre(book: 2, genre: 1)], on: database)
    }
}

@RowName private enum Twice {}

/// A database that counts the statements sent before all earlier ones were answered: those travel in one trip.
private final class TripCounter: DatabaseDriver {
    private struct State {
        /// The number of statements of each trip.
        var trips: [Int] = []
        var running = 0
        var waiter: (count: Int, continuation: CheckedContinuation<Void, Never>)?

        var statements: Int { trips.reduce(0, +) }
    }

    private let database: Database
    private let state = Mutex(State())
    var dialect: Dialect { database.dialect }
    var trips: [Int] { state.withLock { $0.trips } }

    init(_ database: Database) {
        self.database = database
    }

    func withSession<Value>(
        _ kind: SessionKind, _ body: (any DatabaseSession) async throws -> Value
    ) async throws -> Value {
        try await database.withSession(kind) { try await body(Session(inner: $0, counter: self)) }
    }

    func close() async throws {
        try await database.close()
    }

    func waitForStatements(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.statements < count { state.waiter = (count, continuation) }
                return state.statements >= count
            }
            if isThere { continuation.resume() }
        }
    }

    private func begin() {
        let waiter = state.withLock { state in
            if state.running == 0 { state.trips.append(0) }
            state.trips[state.trips.count - 1] += 1
            state.running += 1
            guard let waiter = state.waiter, state.statements >= waiter.count else {
                return CheckedContinuation<Void, Never>?.none
            }
            state.waiter = nil
            return waiter.continuation
        }
        waiter?.resume()
    }

    private struct Session: DatabaseSession {
        let inner: any DatabaseSession
        let counter: TripCounter
        var dialect: Dialect { inner.dialect }
        var sendsTogether: Bool { inner.sendsTogether }

        func run(_ statement: Statement, into sink: RowSink) async throws -> StatementCounts {
            counter.begin()
            defer { counter.state.withLock { $0.running -= 1 } }
            return try await inner.run(statement, into: sink)
        }
    }
}
