import MartletORM

extension Library {
    static let migration = Migration(
        "0001",
        creating: [
            Book.self, Author.self, FavoriteAuthors.self, AuthorAddress.self, AuthorWithAge.self, BookWithYear.self,
            Bio.self, Reader.self, BookReview.self,
        ])

    /// Four books, four authors, two readers.
    static func filled() async throws -> Database {
        let database = try await TestDatabase.migrated([migration])
        try await database.transaction { tx in
            let books = try await Book.objects.bulkCreate(
                ["Poems", "Jane Eyre", "Wuthering Heights", "Sense and Sensibility"].map { Book(title: $0) }, on: tx)
            let authors = try await Author.objects.bulkCreate(
                [("Charlotte", 1), ("Anne", 1), ("Emily", 1), ("Jane", 4)].map {
                    Author(name: $0.0, firstBook: Reference(id: $0.1))
                }, on: tx)
            try await books[0].authors.add([authors[0], authors[1], authors[2]], on: tx)
            try await books[1].authors.add([authors[0]], on: tx)
            try await books[2].authors.add([authors[2]], on: tx)
            try await books[3].authors.add([authors[3]], on: tx)
            let readers = try await Reader.objects.bulkCreate(
                [Reader(name: "Amy"), Reader(name: "Belinda")], on: tx)
            try await readers[0].booksRead.add([books[0], books[3]], on: tx)
            try await readers[1].booksRead.add([books[1], books[3]], on: tx)
        }
        return database
    }
}
