import Foundation
import GRDB

/// GRDB by itself: the workloads it has its own words for, (a) and (b) by its associations and (e).
///
/// Rows are read by hand-written initialisers, which are faster than GRDB's `Decodable`.
struct GRDBPeer {
    let pool: DatabasePool
    let counts: Counts

    init(path: String, counts: Counts) throws {
        pool = try DatabasePool(path: path)
        self.counts = counts
    }

    func run(_ workload: Workload) async throws -> Int? {
        switch workload {
        case .join: try await join()
        case .prefetch: try await prefetch()
        case .get: try await get()
        case .lazy, .insert, .page, .awaitedGet: nil
        }
    }

    private func join() async throws -> Int {
        try await pool.read { db in
            let request = BookRecord.including(required: BookRecord.author).including(required: BookRecord.publisher)
                .order(Column("id")).limit(10_000)
            let books = try JoinedBook.fetchAll(db, request)
            return books.count { !$0.author.name.isEmpty && !$0.publisher.name.isEmpty }
        }
    }

    private func prefetch() async throws -> Int {
        try await pool.read { db in
            let request = AuthorRecord.filter(Column("id") <= 1000).order(Column("id"))
                .including(all: AuthorRecord.books.including(all: BookRecord.tags))
            let authors = try AuthorWithBooks.fetchAll(db, request)
            return authors.reduce(authors.count) { sum, author in
                author.books.reduce(sum + author.books.count) { $0 + $1.tags.count }
            }
        }
    }

    private func get() async throws -> Int {
        var rows = 0
        for id in 1...counts.gets {
            let book = try await pool.read { db in try BookRecord.find(db, key: id) }
            if book.id == id { rows += 1 }
        }
        return rows
    }
}

private struct AuthorRecord: FetchableRecord, TableRecord {
    static let databaseTableName = "author"
    static let books = hasMany(BookRecord.self, using: ForeignKey(["author_id"]))
    let id: Int
    let name: String
    let email: String
    let birthYear: Int

    init(row: Row) throws {
        id = row["id"]
        name = row["name"]
        email = row["email"]
        birthYear = row["birth_year"]
    }
}

private struct PublisherRecord: FetchableRecord, TableRecord {
    static let databaseTableName = "publisher"
    let id: Int
    let name: String
    let city: String

    init(row: Row) throws {
        id = row["id"]
        name = row["name"]
        city = row["city"]
    }
}

private struct TagRecord: FetchableRecord, TableRecord {
    static let databaseTableName = "tag"
    let id: Int
    let name: String

    init(row: Row) throws {
        id = row["id"]
        name = row["name"]
    }
}

private struct BookTagRecord: TableRecord {
    static let databaseTableName = "book_tag"
    static let tag = belongsTo(TagRecord.self, using: ForeignKey(["tag_id"]))
}

private struct BookRecord: FetchableRecord, TableRecord {
    static let databaseTableName = "book"
    static let author = belongsTo(AuthorRecord.self, using: ForeignKey(["author_id"]))
    static let publisher = belongsTo(PublisherRecord.self, using: ForeignKey(["publisher_id"]))
    static let bookTags = hasMany(BookTagRecord.self, using: ForeignKey(["book_id"]))
    static let tags = hasMany(TagRecord.self, through: bookTags, using: BookTagRecord.tag).forKey("tags")
    let id: Int
    let title: String
    let isbn: String
    let pages: Int
    let priceCents: Int
    let rating: Double
    let published: Date
    let authorID: Int
    let publisherID: Int

    init(row: Row) throws {
        id = row["id"]
        title = row["title"]
        isbn = row["isbn"]
        pages = row["pages"]
        priceCents = row["price_cents"]
        rating = row["rating"]
        published = row["published"]
        authorID = row["author_id"]
        publisherID = row["publisher_id"]
    }
}

private struct JoinedBook: FetchableRecord {
    let book: BookRecord
    let author: AuthorRecord
    let publisher: PublisherRecord

    init(row: Row) throws {
        book = try BookRecord(row: row)
        author = row["author"]
        publisher = row["publisher"]
    }
}

private struct BookWithTags: FetchableRecord {
    let book: BookRecord
    let tags: [TagRecord]

    init(row: Row) throws {
        book = try BookRecord(row: row)
        tags = row["tags"]
    }
}

private struct AuthorWithBooks: FetchableRecord {
    let author: AuthorRecord
    let books: [BookWithTags]

    init(row: Row) throws {
        author = try AuthorRecord(row: row)
        books = row["books"]
    }
}
