import MartletORM

extension Bookshop {
    private static let migration = Migration(
        "0001",
        creating: [
            Author.self, Editor.self, Book.self, Borrower.self, Reservation.self, RentalSession.self, Currency.self,
            ExchangeRate.self, DailySales.self,
        ])

    static let days = ["2020-07-06", "2020-07-07"].compactMap(CalendarDate.init)

    /// Alice, whose books have editor a, and Jane, whose books have editor b and are Alice's favourites.
    static func filled() async throws -> Database {
        let database = try await TestDatabase.migrated([migration])
        try await database.transaction { tx in
            let authors = try await Author.objects.bulkCreate(
                [Author(name: "Alice"), Author(name: "Jane", contentType: "book", objectID: 1)], on: tx)
            try await Editor.objects.bulkCreate([Editor(name: "a"), Editor(name: "b")], on: tx)
            let books = try await Book.objects.bulkCreate(
                [
                    Book(title: "Poem by Alice", author: 1, editor: 1),
                    Book(title: "The book by Jane A", author: 2, editor: 2),
                    Book(title: "The book by Jane B", author: 2, editor: 2),
                    Book(title: "The book by Alice", author: 1, editor: 1),
                ], on: tx)
            try await authors[0].favoriteBooks.add([books[1], books[2]], on: tx)
        }
        return database
    }

    /// One book, which two borrowers have reserved, rented and returned.
    static func lent() async throws -> Database {
        let database = try await TestDatabase.migrated([migration])
        try await database.transaction { tx in
            try await Author.objects.create(Author(name: "Alice"), on: tx)
            try await Editor.objects.create(Editor(name: "a"), on: tx)
            try await Book.objects.create(Book(title: "Poem by Alice", author: 1, editor: 1), on: tx)
            try await Borrower.objects.bulkCreate([Borrower(name: "Jenny"), Borrower(name: "Kevin")], on: tx)
            try await Reservation.objects.bulkCreate(
                [
                    Reservation(borrower: 1, book: 1, state: .stopped),
                    Reservation(borrower: 2, book: 1, state: .stopped),
                ], on: tx)
            try await RentalSession.objects.bulkCreate(
                [
                    RentalSession(borrower: 1, book: 1, state: .stopped),
                    RentalSession(borrower: 2, book: 1, state: .stopped),
                ], on: tx)
        }
        return database
    }

    /// Three books, two of them sold on two days in dollars (1) and in euros (2).
    static func sold() async throws -> Database {
        let database = try await TestDatabase.migrated([migration])
        try await database.transaction { tx in
            try await Author.objects.create(Author(name: "Author"), on: tx)
            try await Editor.objects.create(Editor(name: "Editor"), on: tx)
            try await Book.objects.bulkCreate((1...3).map { Book(title: "Book \($0)", author: 1, editor: 1) }, on: tx)
            try await Currency.objects.bulkCreate([Currency(code: "USD"), Currency(code: "EUR")], on: tx)
            try await ExchangeRate.objects.bulkCreate(
                [
                    ExchangeRate(rateDate: days[0], fromCurrency: 1, toCurrency: 2, rate: 0.4),
                    ExchangeRate(rateDate: days[0], fromCurrency: 2, toCurrency: 1, rate: 1.6),
                    ExchangeRate(rateDate: days[1], fromCurrency: 1, toCurrency: 2, rate: 0.5),
                    ExchangeRate(rateDate: days[1], fromCurrency: 2, toCurrency: 1, rate: 1.5),
                    ExchangeRate(rateDate: days[1], fromCurrency: 1, toCurrency: 1, rate: 1),
                ], on: tx)
            try await DailySales.objects.bulkCreate(
                [
                    DailySales(book: 1, saleDate: days[0], currency: 1, seller: 1, sales: 100),
                    DailySales(book: 2, saleDate: days[0], currency: 2, seller: 1, sales: 200),
                    DailySales(book: 1, saleDate: days[1], currency: 1, seller: 2, sales: 50),
                    DailySales(book: 2, saleDate: days[1], currency: 2, seller: 2, sales: 100),
                ], on: tx)
        }
        return database
    }
}
