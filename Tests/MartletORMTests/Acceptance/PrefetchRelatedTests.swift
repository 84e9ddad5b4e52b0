import Foundation
import MartletORM
import MartletTesting
import Testing

// Django's prefetch_related/tests.py, PrefetchRelatedTests.

extension Library {
    @Suite(.eachDatabase) struct PrefetchRelatedTests {
        private let charlotte = Author.objects.filter { $0.name == "Charlotte" }

        @Test func m2mForward() async throws {
            let database = try await filled()
            let books = try await expectQueries(2) {
                try await Book.objects.order(by: \.id).prefetchRelated(\.authors) { $0.order(by: \.id) }
                    .all(on: database)
            }
            #expect(
                books.map { $0.authors.map(\.name) } == [
                    ["Charlotte", "Anne", "Emily"], ["Charlotte"], ["Emily"], ["Jane"],
                ])
        }

        @Test func m2mReverse() async throws {
            let database = try await filled()
            let authors = try await expectQueries(2) {
                try await Author.objects.order(by: \.id).prefetchRelated(\.books) { $0.order(by: \.id) }
                    .all(on: database)
            }
            #expect(authors.map { $0.books.map(\.id) } == [[1, 2], [1], [1, 3], [4]])
        }

        @Test func foreignkeyForward() async throws {
            let database = try await filled()
            let (authors, statements) = try await QueryRecorder.record {
                try await Author.objects.order(by: \.id).prefetchRelated(\.firstBook).all(on: database)
            }
            #expect(authors.map(\.firstBook.title) == ["Poems", "Poems", "Poems", "Sense and Sensibility"])
            #expect(statements.count == 2)
            #expect(statements[1].bindings == [TestDatabase.keys(1, 4)])
        }

        @Test func foreignkeyReverse() async throws {
            let database = try await filled()
            let books = try await expectQueries(2) {
                try await Book.objects.order(by: \.id).prefetchRelated(\.firstTimeAuthors) { $0.order(by: \.id) }
                    .all(on: database)
            }
            #expect(books.map(\.firstTimeAuthors.count) == [3, 0, 0, 1])
        }

        @Test func onetooneReverseNoMatch() async throws {
            let database = try await filled()
            let book = try await expectQueries(2) {
                try await Book.objects.prefetchRelated(\.bookwithyear).first(on: database)
            }
            #expect(try await expectQueries(0) { book?.bookwithyear } == nil)
        }

        @Test func onetooneReverseWithToFieldPk() async throws {
            let database = try await filled()
            try await Bio.objects.bulkCreate(
                [Bio(author: "Charlotte"), Bio(author: "Anne"), Bio(author: "Emily")], on: database)
            let authors = try await expectQueries(2) {
                try await Author.objects.filter { $0.id.in([1, 2, 3]) }.order(by: \.id).prefetchRelated(\.bio)
                    .all(on: database)
            }
            #expect(authors.map { $0.bio?.author.key } == ["Charlotte", "Anne", "Emily"])
        }

        @Test func survivesClone() async throws {
            let database = try await filled()
            let books = try await expectQueries(2) {
                try await Book.objects.prefetchRelated(\.firstTimeAuthors).exclude { $0.id == 1000 }.all(on: database)
            }
            #expect(books.map(\.firstTimeAuthors.count).reduce(0, +) == 4)
        }

        @Test func count() async throws {
            let database = try await filled()
            let counts = try await expectQueries(2) {
                try await Book.objects.order(by: \.id).prefetchRelated(\.firstTimeAuthors).all(on: database)
                    .map(\.firstTimeAuthors.count)
            }
            #expect(counts == [3, 0, 0, 1])
        }

        @Test func exists() async throws {
            let database = try await filled()
            let exist = try await expectQueries(2) {
                try await Book.objects.order(by: \.id).prefetchRelated(\.firstTimeAuthors).all(on: database)
                    .map { !$0.firstTimeAuthors.isEmpty }
            }
            #expect(exist == [true, false, false, true])
        }

        @Test func m2mThenM2m() async throws {
            let database = try await filled()
            let query = Author.objects.order(by: \.id).prefetchRelated(\.books) {
                $0.order(by: \.id).prefetchRelated(\.readBy) { $0.order(by: \.id) }
            }
            let authors = try await expectQueries(3) { try await query.all(on: database) }
            #expect(
                authors.map { $0.books.map { $0.readBy.map(\.name) } } == [
                    [["Amy"], ["Belinda"]], [["Amy"]], [["Amy"], []], [["Amy", "Belinda"]],
                ])
        }

        @Test func get() async throws {
            let database = try await filled()
            let author = try await expectQueries(3) {
                try await charlotte.prefetchRelated(\.books) { $0.order(by: \.id).prefetchRelated(\.readBy) }
                    .get(on: database)
            }
            #expect(author.books.map { $0.readBy.map(\.name) } == [["Amy"], ["Belinda"]])
        }

        @Test func foreignKeyThenM2m() async throws {
            let database = try await filled()
            let authors = try await expectQueries(2) {
                try await Author.objects.order(by: \.id)
                    .selectRelated(\.firstBook) { $0.prefetchRelated(\.readBy) { $0.order(by: \.id) } }
                    .all(on: database)
            }
            #expect(
                authors.map { $0.firstBook.readBy.map(\.name) } == [["Amy"], ["Amy"], ["Amy"], ["Amy", "Belinda"]])
        }

        @Test func reverseOneToOneThenM2m() async throws {
            let database = try await filled()
            let query = Author.objects.order(by: \.id).selectRelated(\.bio) { $0.prefetchRelated(\.books) }
            let without = try await expectQueries(1) { try await query.all(on: database) }
            #expect(without.allSatisfy { $0.bio == nil })
            let bio = try await Bio.objects.create(Bio(author: "Charlotte"), on: database)
            try await bio.books.add([Book(id: 1, title: "")], on: database)
            let with = try await expectQueries(2) { try await query.all(on: database) }
            #expect(with.map { $0.bio?.books.map(\.title) } == [["Poems"], nil, nil, nil])
        }

        @Test func m2mThenReverseFkObjectIds() async throws {
            let database = try await filled()
            try await AuthorAddress.objects.create(AuthorAddress(author: "Charlotte", address: "SE1"), on: database)
            let (_, statements) = try await QueryRecorder.record {
                try await Book.objects.prefetchRelated(\.authors) { $0.order(by: \.id).prefetchRelated(\.addresses) }
                    .all(on: database)
            }
            #expect(statements.last?.bindings == [TestDatabase.keys("Charlotte", "Anne", "Emily", "Jane")])
        }

        @Test func m2mThenM2mObjectIds() async throws {
            let database = try await filled()
            let (_, statements) = try await QueryRecorder.record {
                try await Book.objects.prefetchRelated(\.authors) {
                    $0.order(by: \.id).prefetchRelated(\.favoriteAuthors)
                }.all(on: database)
            }
            #expect(statements.last?.bindings == [TestDatabase.keys("Charlotte", "Anne", "Emily", "Jane")])
        }

        @Test func m2mThenReverseOneToOneObjectIds() async throws {
            let database = try await filled()
            let (_, statements) = try await QueryRecorder.record {
                try await Book.objects.prefetchRelated(\.authors) {
                    $0.order(by: \.id).prefetchRelated(\.authorwithage)
                }.all(on: database)
            }
            #expect(statements.last?.bindings == [TestDatabase.keys(1, 2, 3, 4)])
        }

        @Test func namedValuesList() async throws {
            let database = try await filled()
            let names = try await expectQueries(1) {
                try await Author.objects.prefetchRelated(\.books).order(by: \.name).values(on: database) { $0.name }
            }
            #expect(names == ["Anne", "Charlotte", "Emily", "Jane"])
        }

        @Test func m2mPrefetchingIteratorWithChunks() async throws {
            let database = try await filled()
            let query = Book.objects.order(by: \.id).prefetchRelated(\.authors) { $0.order(by: \.id) }
            let names = try await expectQueries(3) {
                var names: [String?] = []
                for try await book in query.stream(chunk: 2, on: database) { names.append(book.authors.first?.name) }
                return names
            }
            #expect(names == ["Charlotte", "Charlotte", "Emily", "Jane"])
        }

        @Test func m2mJoinReuse() async throws {
            let database = try await filled()
            try await FavoriteAuthors.objects.bulkCreate(
                [
                    FavoriteAuthors(author: "Charlotte", likesAuthor: "Emily"),
                    FavoriteAuthors(author: "Charlotte", likesAuthor: "Jane", isActive: false),
                    FavoriteAuthors(author: "Anne", likesAuthor: "Emily"),
                    FavoriteAuthors(author: "Anne", likesAuthor: "Jane"),
                ], on: database)
            let (rows, statements) = try await QueryRecorder.record {
                try await Author.objects.filter { $0.id <= 2 }.order(by: \.id)
                    .prefetchRelated(\.active) {
                        $0.filter { $0.isActive == true }.order(by: \.id).selectRelated(\.likesAuthor)
                    }
                    .all(on: database)
            }
            #expect(rows.map { $0.active.map(\.likesAuthor.id) } == [[3], [3, 4]])
            #expect(statements.count == 2)
        }
    }
}
