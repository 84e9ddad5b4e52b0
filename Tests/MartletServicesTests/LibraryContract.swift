import Foundation
import MartletServices
import MartletTasks

/// The contract that the tests of this target speak.
@Service("library", errors: [LibraryProblem.self])
protocol Library: Sendable {
    @GET("/books/{id}") func book(id: Int) async throws -> Book
    @GET("/books") func books(author: String?, genres: [Genre], limit: Int) async throws -> [Book]
    @GET("/books/newest") func newest() async throws -> Book?
    @POST("/books", status: 201) func add(_ body: Book) async throws -> Book
    @PUT("/books/{id}") func replace(id: Int, body: Book) async throws -> Book
    @PATCH("/shelves/{shelf}/books/{id}") func move(shelf: String, id: Int, to: String) async throws -> String
    @DELETE("/books/{id}") func remove(id: Int) async throws
    @POST("/covers/{id}", bodyLimit: 1000) func cover(id: Int, _ body: ContractFile) async throws -> ContractFile
    @GET("/fail/{how}") func fail(how: String) async throws -> String
    @GET("/request-id") func requestID() async throws -> String?
    @Background(queue: "slow") func reindex(shelf: String, deep: Bool) async throws -> Int
}

struct Book: Codable, Sendable, Equatable {
    var id: Int
    var title: String
    var genre: Genre = .novel
    var published: Date?
}

enum Genre: String, Codable, CaseIterable, ContractScalar {
    case novel, poem, play
}

enum LibraryProblem: ServiceProblem, Equatable {
    case lentOut(book: Int, until: String)

    var status: Int { 409 }
    var detail: String {
        switch self {
        case .lentOut(let book, let until): "Book \(book) is lent out until \(until)."
        }
    }
}

/// A problem the contract does not list.
enum SecretProblem: ServiceProblem {
    case closed
    var status: Int { 423 }
    var detail: String { "The cellar is closed." }
}

/// What no contract knows.
struct DatabasePassword: Error {
    let text = "hunter2"
}
