import MartletORM
import MartletTesting
import Testing

// Django's prefetch_related/tests.py, ForeignKeyToFieldTest.

extension Library {
    @Suite(.eachDatabase) struct ForeignKeyToFieldTest {
        /// Three authors of one book, of whom each likes the next one, and the first one's address.
        private func friends() async throws -> Database {
            let database = try await TestDatabase.migrated([migration])
            let book = try await Book.objects.create(Book(title: "Poems"), on: database)
            let authors = try await Author.objects.bulkCreate(
                ["Jane", "Tom", "Robert"].map { Author(name: $0, firstBook: book.reference) }, on: database)
            try await AuthorAddress.objects.create(
                AuthorAddress(author: KeyedReference(authors[0]), address: "SomeStreet 1"), on: database)
            try await FavoriteAuthors.objects.bulkCreate(
                authors.indices.map { index in
                    FavoriteAuthors(
                        author: KeyedReference(authors[index]),
                        likesAuthor: KeyedReference(authors[(index + 1) % authors.count]))
                }, on: database)
            return database
        }

        @Test func foreignkey() async throws {
            let database = try await friends()
            let authors = try await expectQueries(2) {
                try await Author.objects.order(by: \.id).prefetchRelated(\.addresses).all(on: database)
            }
            #expect(authors.map { $0.addresses.map(\.address) } == [["SomeStreet 1"], [], []])
        }

        @Test func m2m() async throws {
            let database = try await friends()
            let authors = try await expectQueries(3) {
                try await Author.objects.order(by: \.id).prefetchRelated(\.favoriteAuthors).prefetchRelated(\.favorsMe)
                    .all(on: database)
            }
            #expect(authors.map { $0.favoriteAuthors.map(\.name) } == [["Tom"], ["Robert"], ["Jane"]])
            #expect(authors.map { $0.favorsMe.map(\.name) } == [["Robert"], ["Jane"], ["Tom"]])
        }
    }
}
