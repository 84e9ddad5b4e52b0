import MartletORM
import MartletPostgres
import MartletTesting
import Testing

@Suite(.postgres) struct PostgresLockTests {
    @Test func locksRowsOfARelation() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        let (database, other) = (try PostgresDatabase.open(url), try PostgresDatabase.open(url))
        let migration = Migration("0001", creating: [Author.self, Book.self, Genre.self, BookGenre.self])
        try await Migrator([migration]).migrate(database)
        try await Author.objects.bulkCreate([Author(name: "Ada"), Author(name: "Bob")], on: database)
        try await Book.objects.bulkCreate(
            [Book(title: "A", pages: 1, author: 1), Book(title: "B", pages: 1, author: 2)], on: database)
        try await database.transaction { tx in
            let books = Book.objects.filter { $0.title == "A" }.selectForUpdate(of: \.author)
            let titles = try await books.all(on: tx).map(\.title)
            #expect(titles == ["A"])
            // For others the author is locked, and the book is not.
            let authors = Author.objects.order(by: \.id).selectForUpdate(.skipLocked)
            #expect(try await authors.all(on: other).map(\.name) == ["Bob"])
            let all = Book.objects.order(by: \.id).selectForUpdate(.noWait)
            #expect(try await all.all(on: other).map(\.title) == ["A", "B"])
            let both = Book.objects.order(by: \.id).selectForUpdate(.skipLocked, of: \.self, \.author)
            #expect(try await both.all(on: other).map(\.title) == ["B"])
            let busy = await #expect(throws: ORMError.self) {
                try await Author.objects.selectForUpdate(.noWait).all(on: other)
            }
            #expect(busy?.code == .busy)
        }
        // With prefetches it is a transaction by itself.
        let rows = try await Author.objects.order(by: \.id).selectForUpdate().prefetchRelated(\.books).all(on: database)
        #expect(rows.map(\.books.count) == [1, 1])
        try await other.close()
        try await database.close()
    }
}
