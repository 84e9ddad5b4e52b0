import Foundation
import MartletServices
import MartletTasks
import ServiceContextModule
import Synchronization

/// An implementation of the tests' contract over a dictionary.
final class LibraryService: Library {
    private let stored = Mutex<[Int: Book]>([
        1: Book(id: 1, title: "Emma", published: Date(timeIntervalSinceReferenceDate: -5_857_920_000)),
        2: Book(id: 2, title: "Odes", genre: .poem, published: Date(timeIntervalSinceReferenceDate: 0.25)),
    ])

    func book(id: Int) async throws -> Book {
        guard let book = stored.withLock({ $0[id] }) else {
            throw ServiceError(.notFound, "Book \(id) does not exist.", extensions: ["book": .integer(id)])
        }
        return book
    }

    func books(author: String?, genres: [Genre], limit: Int) async throws -> [Book] {
        let all = stored.withLock { $0.values.sorted { $0.id < $1.id } }
        return Array(all.filter { genres.isEmpty || genres.contains($0.genre) }.prefix(limit))
            .map { Book(id: $0.id, title: author ?? $0.title, genre: $0.genre) }
    }

    func newest() async throws -> Book? { nil }

    func add(_ body: Book) async throws -> Book {
        stored.withLock { $0[body.id] = body }
        return body
    }

    func replace(id: Int, body: Book) async throws -> Book {
        _ = try await book(id: id)
        stored.withLock { $0[id] = body }
        return body
    }

    func move(shelf: String, id: Int, to: String) async throws -> String { "\(shelf)|\(id)|\(to)" }

    func remove(id: Int) async throws {
        guard stored.withLock({ $0.removeValue(forKey: id) }) != nil else {
            throw LibraryProblem.lentOut(book: id, until: "May")
        }
    }

    func cover(id: Int, _ body: ContractFile) async throws -> ContractFile {
        ContractFile(contentType: body.contentType, bytes: body.bytes.reversed(), filename: body.filename)
    }

    func fail(how: String) async throws -> String {
        switch how {
        case "listed": throw LibraryProblem.lentOut(book: 7, until: "June")
        case "unlisted": throw SecretProblem.closed
        case "custom": throw ServiceError(.init("no-such-shelf", status: 418, title: "No shelf"), "Shelf 9 is gone.")
        case "unknown": throw DatabasePassword()
        case "neighbour": throw ServiceError(.unreachable, "The service 'vault' at http://10.0.0.7 cannot be reached.")
        default: return how
        }
    }

    func requestID() async throws -> String? { ServiceContext.current?.requestID }

    func reindex(shelf: String, deep: Bool) async throws -> Int { deep ? shelf.count * 2 : shelf.count }
}
