import MartletORM
import MartletPostgres
import MartletTesting
import Testing

@Model("author")
struct Author: Equatable {
    var id: Int
    var name: String
    @HasMany(\Book.author) var books: Many<Book>
}

@Model("book")
struct Book: Equatable {
    var id: Int
    var title: String
    var pages: Int
    @ForeignKey(onDelete: .cascade) var author: Reference<Author>
    @ForeignKey(onDelete: .setNull) var editor: Reference<Author>?
    @ManyToMany(through: BookGenre.self) var genres: Many<Genre>
}

@Model("genre")
struct Genre: Equatable {
    var id: Int
    var name: String
    @ManyToMany(through: BookGenre.self) var books: Many<Book>
}

@Model("book_genre")
struct BookGenre: Equatable {
    var id: Int
    @ForeignKey(onDelete: .cascade) var book: Reference<Book>
    @ForeignKey(onDelete: .cascade) var genre: Reference<Genre>
}

@Suite(.postgres) struct PostgresQueryTests {
    @Test func loadsAGraphInOneSnapshotByAStatementForEachLevel() async throws {
        let database = try await library()
        let authors = try await expectQueries(3) {
            try await Author.objects.order(by: \.id)
                .prefetchRelated(\.books) { books in
                    books.selectRelated(\.editor).prefetchRelated(\.genres) { $0.order(by: \.name) }
                        .order(by: \.pages.descending).limit(2)
                }.all(on: database)
        }
        #expect(authors.map { $0.books.map(\.title) } == [["A3", "A2"], ["B1"], []])
        #expect(authors[0].books.map { $0.editor?.name } == ["Bob", nil])
        #expect(authors[0].books[0].genres.map(\.name) == ["crime", "poems"])
        try await database.close()
    }

    @Test func filtersAcrossRelationsAndGroups() async throws {
        let database = try await library()
        let long = try await Author.objects.filter { $0.books.exists { $0.pages > 250 } }.all(on: database)
        #expect(long.map(\.name) == ["Ada"])
        let pages = try await Book.objects.order(by: \.author.name)
            .values(on: database) { ($0.author.name, $0.pages.sum, $0.pages.count) }
        #expect(pages.map(\.0) == ["Ada", "Bob"] && pages.map(\.1) == [600, 50] && pages.map(\.2) == [3, 1])
        #expect(try await Book.objects.filter { $0.author.name == "Ada" }.offset(1).count(on: database) == 2)
        #expect(
            try await Book.objects.filter { $0.author.name.istartsWith("AD") && $0.editor.isNull }.count(on: database)
                == 2)
        #expect(try await Book.objects.filter { $0.author.name == "Ada" }.delete(on: database) == 3)
        try await database.close()
    }

    @Test func computesAsSQLiteDoes() async throws {
        let database = try await library()
        let first = Book.objects.filter { $0.id == 1 }
        let whole = try await first.values(on: database) {
            (($0.pages - 101).sign, ($0.pages - 101).absolute, $0.pages.divided(by: 7), $0.pages.modulo(7))
        }
        #expect(whole[0] == (-1, 1, 14, 2))
        let real = try await first.values(on: database) {
            ($0.pages.asDouble.divided(by: 7).rounded(2), $0.pages.squareRoot, $0.pages.cast(to: String.self))
        }
        #expect(real[0] == (14.29, 10, "100"))
        try await database.close()
    }

    @Test func streamsThroughACursor() async throws {
        let database = try await library()
        try await Author.objects.bulkCreate((0..<1000).map { Author(name: "\($0)") }, on: database)
        var names: [String] = []
        for try await author in Author.objects.order(by: \.id).prefetchRelated(\.books).stream(chunk: 100, on: database)
        {
            names.append("\(author.name)/\(author.books.count)")
        }
        #expect(names.count == 1003 && names.prefix(4) == ["Ada/3", "Bob/1", "Cid/0", "0/0"])
        try await database.close()
    }

    /// Three authors; four books, one of them edited and in two genres.
    private func library() async throws -> Database {
        let database = try await TestDatabase.empty()
        let migration = Migration("0001", creating: [Author.self, Book.self, Genre.self, BookGenre.self])
        try await Migrator([migration]).migrate(database)
        try await database.transaction { tx in
            try await Author.objects.bulkCreate(["Ada", "Bob", "Cid"].map { Author(name: $0) }, on: tx)
            try await Book.objects.bulkCreate(
                [
                    Book(title: "A1", pages: 100, author: 1), Book(title: "A2", pages: 200, author: 1),
                    Book(title: "A3", pages: 300, author: 1, editor: 2), Book(title: "B1", pages: 50, author: 2),
                ], on: tx)
            try await Genre.objects.bulkCreate([Genre(name: "poems"), Genre(name: "crime")], on: tx)
            try await BookGenre.objects.bulkCreate(
                [BookGenre(book: 3, genre: 1), BookGenre(book: 3, genre: 2)], on: tx)
        }
        return database
    }
}
