import Foundation
import MartletORM
import MartletPostgres
import MartletSQLite
import MartletTesting

/// A database with the library's rows in it.
struct Store {
    let product: Product
    /// The path of a file of SQLite, or a URL of PostgreSQL.
    let location: String
    let database: Database
    private let server: PostgresServer?

    static func make(_ product: Product, in folder: URL) async throws -> Store {
        let store = try await open(product, in: folder)
        try await Migrator([
            Migration(
                "0001_library",
                creating: [
                    Publisher.self, Author.self, Tag.self, Book.self, BookTag.self, BookBulk.self,
                ])
        ]).migrate(store.database)
        try await store.fill()
        try await store.database.execute("ANALYZE")
        return store
    }

    private static func open(_ product: Product, in folder: URL) async throws -> Store {
        switch product {
        case .sqlite:
            try? FileManager.default.removeItem(at: folder)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let path = folder.appendingPathComponent("library.sqlite").path
            return Store(
                product: product, location: path, database: try SQLiteDatabase.open(path: path), server: nil)
        case .postgresql:
            let server = try await PostgresServer.start()
            let url = try await server.newDatabase()
            return Store(
                product: product, location: url, database: try PostgresDatabase.open(url), server: server)
        }
    }

    func close() async throws {
        try await database.close()
        try await server?.stop()
    }

    private func fill() async throws {
        try await database.transaction { tx in
            try await Publisher.objects.bulkCreate((1...LibraryData.publishers).map(LibraryData.publisher), on: tx)
            try await Author.objects.bulkCreate((1...LibraryData.authors).map(LibraryData.author), on: tx)
            try await Tag.objects.bulkCreate((1...LibraryData.tags).map(LibraryData.tag), on: tx)
            for first in stride(from: 1, through: LibraryData.books, by: 10_000) {
                let books = first..<(first + 10_000)
                try await Book.objects.bulkCreate(books.map(LibraryData.book), on: tx)
                let links = books.flatMap { book in
                    LibraryData.tags(of: book).map { BookTag(book: .init(id: book), tag: .init(id: $0)) }
                }
                try await BookTag.objects.bulkCreate(links, on: tx)
            }
        }
    }
}
