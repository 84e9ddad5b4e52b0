import MartletORM
import MartletTesting
import Testing

// Django's prefetch_related/tests.py, PrefetchLimitTests, raw queries and tables that inherit.

@RowName enum Rest {}

extension Library {
    @Suite(.eachDatabase) struct PrefetchLimitTests {
        private let books = Book.objects.order(by: \.id)

        @Test func m2mForward() async throws {
            let database = try await filled()
            let rows = try await expectQueries(3) {
                try await books.prefetchRelated(\.authors) { $0.order(by: \.id) }
                    .prefetchRelated(\.authors, as: Rest.self) { $0.order(by: \.id).offset(1) }.all(on: database)
            }
            #expect(rows.map(\.rest) == rows.map { Array($0.authors.dropFirst()) })
            #expect(rows[0].rest.map(\.name) == ["Anne", "Emily"])
        }

        @Test func m2mReverse() async throws {
            let database = try await filled()
            let rows = try await expectQueries(2) {
                try await Author.objects.order(by: \.id)
                    .prefetchRelated(\.books) { $0.order(by: \.title).offset(1).limit(1) }.all(on: database)
            }
            #expect(rows.map { $0.books.map(\.title) } == [["Poems"], [], ["Wuthering Heights"], []])
        }

        @Test func foreignkeyReverse() async throws {
            let database = try await filled()
            let rows = try await expectQueries(2) {
                try await books.prefetchRelated(\.firstTimeAuthors) { $0.order(by: \.name.descending).offset(1) }
                    .all(on: database)
            }
            #expect(rows.map { $0.firstTimeAuthors.map(\.name) } == [["Charlotte", "Anne"], [], [], []])
        }

        @Test func reverseOrdering() async throws {
            let database = try await filled()
            let rows = try await books.prefetchRelated(\.authors) { $0.order(by: \.id).reverse().offset(1) }
                .all(on: database)
            #expect(rows[0].authors.map(\.name) == ["Anne", "Charlotte"])
        }

        @Test func emptyOrder() async throws {
            let database = try await filled()
            let rows = try await expectQueries(2) {
                try await books.prefetchRelated(\.authors) { $0.limit(1) }.all(on: database)
            }
            #expect(rows.map(\.authors.count) == [1, 1, 1, 1])
        }
    }

    @Suite(.eachDatabase) struct RawQuerySetTests {
        @Test func basic() async throws {
            let database = try await filled()
            let rows = try await expectQueries(2) {
                try await Book.objects.raw("SELECT * FROM book WHERE id = \(1)")
                    .prefetchRelated(\.authors) { $0.order(by: \.id) }.all(on: database)
            }
            #expect(rows.map { $0.authors.map(\.name) } == [["Charlotte", "Anne", "Emily"]])
        }

        @Test func prefetchBeforeRaw() async throws {
            let database = try await filled()
            let rows = try await expectQueries(2) {
                try await Book.objects.prefetchRelated(\.authors).raw("SELECT * FROM book WHERE id = \(1)")
                    .all(on: database)
            }
            #expect(rows.map(\.authors.count) == [3])
        }
    }

    @Suite(.eachDatabase) struct MultiTableInheritanceTest {
        private func withChildren() async throws -> Database {
            let database = try await filled()
            try await AuthorWithAge.objects.bulkCreate(
                [AuthorWithAge(author: 1, age: 50), AuthorWithAge(author: 2, age: 49)], on: database)
            let years = try await BookWithYear.objects.bulkCreate(
                [BookWithYear(book: 1, publishedYear: 2010), BookWithYear(book: 2, publishedYear: 2011)], on: database)
            try await years[0].agedAuthors.add([AuthorWithAge(id: 1, author: 1, age: 50)], on: database)
            try await BookReview.objects.bulkCreate([BookReview(book: 1), BookReview(book: nil)], on: database)
            try await AuthorAddress.objects.create(AuthorAddress(author: "Charlotte", address: "SE1"), on: database)
            return database
        }

        @Test func foreignkey() async throws {
            let database = try await withChildren()
            let rows = try await expectQueries(2) {
                try await AuthorWithAge.objects.order(by: \.id)
                    .selectRelated(\.author) { $0.prefetchRelated(\.addresses) }.all(on: database)
            }
            #expect(rows.map { $0.author.addresses.map(\.address) } == [["SE1"], []])
        }

        @Test func foreignkeyToInherited() async throws {
            let database = try await withChildren()
            let rows = try await expectQueries(2) {
                try await BookReview.objects.order(by: \.id).prefetchRelated(\.book) { $0.selectRelated(\.book) }
                    .all(on: database)
            }
            #expect(rows.map { $0.book?.book.title } == ["Poems", nil])
        }

        @Test func m2mToInheritingModel() async throws {
            let database = try await withChildren()
            let authors = try await expectQueries(2) {
                try await AuthorWithAge.objects.order(by: \.id).prefetchRelated(\.booksWithYear).all(on: database)
            }
            #expect(authors.map { $0.booksWithYear.map(\.publishedYear) } == [[2010], []])
            let books = try await expectQueries(2) {
                try await BookWithYear.objects.order(by: \.id).prefetchRelated(\.agedAuthors).all(on: database)
            }
            #expect(books.map { $0.agedAuthors.map(\.age) } == [[50], []])
        }

        @Test func parentLinkPrefetch() async throws {
            let database = try await withChildren()
            let rows = try await expectQueries(2) {
                try await AuthorWithAge.objects.order(by: \.id).prefetchRelated(\.author).all(on: database)
            }
            #expect(rows.map(\.author.name) == ["Charlotte", "Anne"])
        }

        @Test func childLinkPrefetch() async throws {
            let database = try await withChildren()
            let rows = try await expectQueries(2) {
                try await Author.objects.order(by: \.id).prefetchRelated(\.authorwithage).all(on: database)
            }
            #expect(rows.map { $0.authorwithage?.age } == [50, 49, nil, nil])
        }
    }
}
