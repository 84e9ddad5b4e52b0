import MartletORM

/// The rows of the tables; each is a pure function of its number, from 1, and the peers' `library.py` makes the same.
enum LibraryData {
    static let publishers = 500
    static let authors = 10_000
    static let books = 100_000
    static let tags = 200

    static func publisher(_ i: Int) -> Publisher { Publisher(id: i, name: "Publisher \(i)", city: "City \(i % 50)") }

    static func author(_ i: Int) -> Author {
        Author(id: i, name: "Author \(i)", email: "author\(i)@example.com", birthYear: 1920 + i % 90)
    }

    static func tag(_ i: Int) -> Tag { Tag(id: i, name: "tag-\(i)") }

    static func book(_ i: Int) -> Book {
        Book(
            id: i, title: title(i), isbn: isbn(i), pages: pages(i), priceCents: price(i), rating: rating(i),
            published: published(i), author: .init(id: author(of: i)), publisher: .init(id: publisher(of: i)))
    }

    /// The row to insert in bulk; its key is left to the database.
    static func bulk(_ i: Int) -> BookBulk {
        BookBulk(
            title: title(i), isbn: isbn(i), pages: pages(i), priceCents: price(i), rating: rating(i),
            published: published(i), authorID: author(of: i), publisherID: publisher(of: i))
    }

    /// The three tags of a book.
    static func tags(of book: Int) -> [Int] { (0..<3).map { 1 + (book * 3 + $0 * 67) % tags } }

    static func title(_ i: Int) -> String { "Title of book \(i)" }
    static func isbn(_ i: Int) -> String {
        let digits = String(i)
        return "978-" + String(repeating: "0", count: 10 - digits.count) + digits
    }
    static func pages(_ i: Int) -> Int { 50 + (i * 31) % 900 }
    static func price(_ i: Int) -> Int { 500 + (i * 37) % 9500 }
    static func rating(_ i: Int) -> Double { Double((i * 13) % 500) / 100 }
    /// A day from 1990 on.
    static func published(_ i: Int) -> CalendarDate { days[(i * 17) % days.count] }
    static func author(of i: Int) -> Int { 1 + (i * 7919) % authors }
    static func publisher(of i: Int) -> Int { 1 + (i * 104_729) % publishers }

    /// The 12 000 days from 1990 on.
    private static let days: [CalendarDate] = (1990...2022).flatMap { year in
        (1...12).flatMap { month in (1...31).compactMap { CalendarDate(year: year, month: month, day: $0) } }
    }.prefix(12_000).map(\.self)
}
