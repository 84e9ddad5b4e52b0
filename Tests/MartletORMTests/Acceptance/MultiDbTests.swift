import MartletORM
import MartletTesting
import Testing

// Django's prefetch_related/tests.py, MultiDbTests: whatever a query loads comes from the database it runs on.

@RowName private enum FirstOne {}

extension Library {
    @Suite(.eachDatabase) struct MultiDbTests {
        /// A database without rows, whose tables every statement on the wrong database would find.
        private func empty() async throws -> Database {
            try await TestDatabase.migrated([migration])
        }

        /// The other database as one of two that are used as one.
        private func other() async throws -> RoutedDatabase {
            try RoutedDatabase(primary: try await filled(), replicas: [])
                .routing(BookReview.self, to: try await empty())
        }

        @Test func usingIsHonoredM2m() async throws {
            let other = try await other()
            let books = try await expectQueries(2) {
                try await Book.objects.order(by: \.id).prefetchRelated(\.authors) { $0.order(by: \.id) }.all(on: other)
            }
            #expect(
                books.map { $0.authors.map(\.name) } == [
                    ["Charlotte", "Anne", "Emily"], ["Charlotte"], ["Emily"], ["Jane"],
                ])
            let authors = try await expectQueries(2) {
                try await Author.objects.order(by: \.id).prefetchRelated(\.books) { $0.order(by: \.id) }.all(on: other)
            }
            #expect(authors[0].books.map(\.title) == ["Poems", "Jane Eyre"])
        }

        @Test func usingIsHonoredFkey() async throws {
            let other = try await other()
            let authors = try await expectQueries(2) {
                try await Author.objects.order(by: \.id).prefetchRelated(\.firstBook).all(on: other)
            }
            #expect(authors.map(\.firstBook.title) == ["Poems", "Poems", "Poems", "Sense and Sensibility"])
            let books = try await expectQueries(2) {
                try await Book.objects.order(by: \.id).prefetchRelated(\.firstTimeAuthors).all(on: other)
            }
            #expect(books.map(\.firstTimeAuthors.count) == [3, 0, 0, 1])
        }

        @Test func usingIsHonoredInheritance() async throws {
            let other = try await other()
            let poems = try await BookWithYear.objects.create(BookWithYear(book: 1, publishedYear: 2001), on: other)
            let aged = try await AuthorWithAge.objects.create(AuthorWithAge(author: 1, age: 28), on: other)
            try await poems.agedAuthors.add([aged], on: other)
            let parents = try await expectQueries(2) {
                try await BookWithYear.objects.prefetchRelated(\.book).all(on: other)
            }
            #expect(parents.map(\.book.title) == ["Poems"])
            let children = try await expectQueries(2) {
                try await Book.objects.order(by: \.id).prefetchRelated(\.bookwithyear).all(on: other)
            }
            #expect(children.map { $0.bookwithyear?.publishedYear } == [2001, nil, nil, nil])
        }

        @Test func usingIsHonoredCustomQs() async throws {
            let filled = try await filled()
            let byBook = Author.objects.order(by: \.id).prefetchRelated(\.books) { $0.order(by: \.id) }
            let one = try await expectQueries(2) { try await byBook.all(on: filled) }
            #expect(one[0].books.map(\.title) == ["Poems", "Jane Eyre"])
            // The related rows explicitly in another database: the same there, none where there are none.
            let first = Author.objects.order(by: \.id).prefetchRelated(\.firstBook, as: FirstOne.self) { $0 }
            let copy = try RoutedDatabase(primary: filled).routing(Book.self, to: try await Library.filled())
            let two = try await expectQueries(2) { try await first.all(on: copy) }
            #expect(two.map(\.firstOne?.title) == ["Poems", "Poems", "Poems", "Sense and Sensibility"])
            let apart = try RoutedDatabase(primary: filled).routing(Book.self, to: try await empty())
            let three = try await expectQueries(2) { try await first.all(on: apart) }
            #expect(three.map { $0.firstOne == nil } == [true, true, true, true])
        }

        @Test func forwardFkPrefetchCustomQuerysetUsesParentDatabase() async throws {
            let other = try await other()
            let authors = try await expectQueries(2) {
                try await Author.objects.order(by: \.id).prefetchRelated(\.firstBook) { $0.filter { $0.id > 0 } }
                    .all(on: other)
            }
            #expect(authors[0].firstBook.title == "Poems")
        }

        @Test func reverseO2oPrefetchCustomQuerysetUsesParentDatabase() async throws {
            let other = try await other()
            try await BookWithYear.objects.create(BookWithYear(book: 1, publishedYear: 2001), on: other)
            let books = try await expectQueries(2) {
                try await Book.objects.order(by: \.id)
                    .prefetchRelated(\.bookwithyear) { $0.filter { $0.publishedYear > 2000 } }.all(on: other)
            }
            #expect(books.map { $0.bookwithyear?.publishedYear } == [2001, nil, nil, nil])
        }
    }
}
