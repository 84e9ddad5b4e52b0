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

    @Test func keepsTheFirstOfEach() async throws {
        let database = try await TestDatabase.counters()
        try await Counter.objects.bulkCreate(
            [("a", 1), ("b", 1), ("c", 2), ("d", 2)].map { Counter(name: $0.0, value: $0.1) }, on: database)
        // DISTINCT ON, and numbered rows.
        let byValue = Counter.objects.order(by: \.value, \.name.descending).distinct(on: \.value)
        #expect(try await byValue.all(on: database).map(\.name) == ["b", "d"])
        let byName = Counter.objects.order(by: \.name.descending).distinct(on: \.value)
        #expect(try await byName.all(on: database).map(\.name) == ["d", "b"])
        #expect(try await byName.count(on: database) == 2)
        #expect(try await Counter.objects.distinct(on: \.value).offset(1).all(on: database).map(\.name) == ["c"])
        try await database.close()
    }

    @Test func computesSpreadsAndBits() async throws {
        let database = try await TestDatabase.counters()
        try await Counter.objects.bulkCreate(
            [50, 70, 30].enumerated().map { Counter(name: "\($0)", value: $1) }, on: database)
        let spread = try await Counter.objects.values(on: database) {
            ($0.value.stdDev(sample: true), $0.value.variance(sample: true), $0.value.variance().filter($0.id > 2))
        }
        #expect(spread[0] == (20, 400, 0))
        let bits = try await Counter.objects.values(on: database) {
            ($0.value.bitAnd, $0.value.bitOr, $0.name.paddedLeft(to: 3, with: "0").max, $0.name.repeated(3).min)
        }
        #expect(bits[0] == (2, 126, "002", "000"))
        let texts = try await Counter.objects.filter { $0.name == "1" }.values(on: database) {
            ($0.name.concat("xyz").suffix(2), $0.name.codePoint, $0.value.degrees.radians.rounded(6))
        }
        #expect(texts[0] == ("yz", 49, 70))
        try await database.close()
    }
}
