import MartletORM

/// The models of Django's filtered_relation tests: books with authors and editors, lent and sold.
enum Bookshop {
    @Model("author")
    struct Author: Equatable {
        var id: Int
        @Unique var name: String
        var contentType: String?
        var objectID: Int?
        @HasMany(\Book.author) var books: Many<Book>
        @ManyToMany var favoriteBooks: Many<Book>
    }

    @Model("editor")
    struct Editor: Equatable {
        var id: Int
        var name: String
    }

    enum BookState: String, ColumnValue, Encodable {
        case available, reserved, rented
    }

    @Model("book")
    struct Book: Equatable {
        var id: Int
        var title: String
        var state: BookState = .available
        @ForeignKey(onDelete: .cascade) var author: Reference<Author>
        @ForeignKey(onDelete: .cascade) var editor: Reference<Editor>
        @ManyToMany(inverse: \Author.favoriteBooks) var preferredByAuthors: Many<Author>
        @HasMany(\Reservation.book) var reservations: Many<Reservation>
        @HasMany(\RentalSession.book) var rentalSessions: Many<RentalSession>
        @HasMany(\DailySales.book) var dailySales: Many<DailySales>
    }

    @Model("borrower")
    struct Borrower: Equatable {
        var id: Int
        var name: String
    }

    enum LoanState: String, ColumnValue, Encodable {
        case new, stopped
    }

    @Model("reservation")
    struct Reservation: Equatable {
        var id: Int
        @ForeignKey(onDelete: .cascade) var borrower: Reference<Borrower>
        @ForeignKey(onDelete: .cascade) var book: Reference<Book>
        var state: LoanState = .new
    }

    @Model("rental_session")
    struct RentalSession: Equatable {
        var id: Int
        @ForeignKey(onDelete: .cascade) var borrower: Reference<Borrower>
        @ForeignKey(onDelete: .cascade) var book: Reference<Book>
        var state: LoanState = .new
    }

    @Model("currency")
    struct Currency: Equatable {
        var id: Int
        var code: String
    }

    @Model("exchange_rate")
    struct ExchangeRate: Equatable {
        var id: Int
        var rateDate: CalendarDate
        @ForeignKey(onDelete: .cascade) var fromCurrency: Reference<Currency>
        @ForeignKey(onDelete: .cascade) var toCurrency: Reference<Currency>
        var rate: Double
    }

    @Model("daily_sales")
    struct DailySales: Equatable {
        var id: Int
        @ForeignKey(onDelete: .cascade) var book: Reference<Book>
        var saleDate: CalendarDate
        @ForeignKey(onDelete: .cascade) var currency: Reference<Currency>
        var seller: Int
        var sales: Double
    }
}
