import MartletServices
import MartletTasks
import Synchronization
import Testing

@testable import MartletServices

/// Requests no typed client sends: each gets a problem document that says what to do, and the server lives on.
@Suite struct ServiceServerTests {
    struct Hostile: Sendable, CustomTestStringConvertible {
        var method: String
        var path: String
        var body: String?
        var contentType: String?
        var status: Int
        var says: String

        var testDescription: String { "\(method) \(path) \(body ?? "")" }

        init(
            _ method: String, _ path: String, body: String? = nil, as type: String? = nil, _ status: Int, _ says: String
        ) {
            self.method = method
            self.path = path
            self.body = body
            self.contentType = type
            self.status = status
            self.says = says
        }
    }

    static let hostile = [
        Hostile("GET", "/nowhere", 404, "nothing at /nowhere"),
        Hostile("GET", "/books/", 404, "nothing at /books/"),
        Hostile("GET", "//books", 404, "nothing at //books"),
        Hostile("GET", "/books/%00%ff", 404, "nothing at"),
        Hostile("GET", "/books/../books", 404, "nothing at"),
        Hostile("GET", "/books/seven", 400, "The path parameter 'id' is 'seven', which is not an integer."),
        Hostile("GET", "/books/99999999999999999999", 400, "not an integer"),
        Hostile("GET", "/books", 400, "The query parameter 'limit' is missing"),
        Hostile("GET", "/books?limit=1&limit=2", 400, "'limit' is given 2 times"),
        Hostile("GET", "/books?limit=many", 400, "The query parameter 'limit' is 'many', which is not an integer."),
        Hostile(
            "GET", "/books?limit=1&genres=novel&genres=opera", 400, "'opera', which is not one of novel, poem, play"),
        Hostile("DELETE", "/books", 405, "DELETE is not possible on /books; GET, POST is."),
        Hostile("OPTIONS", "/books/1", 405, "OPTIONS is not possible"),
        Hostile("POST", "/books", 400, "needs a JSON body of type Book; the request has none"),
        Hostile("POST", "/books", body: "{}", 422, "'id' in the body of library.add (POST /books) is missing."),
        Hostile(
            "POST", "/books", body: #"{"id":"x","title":"t","genre":"novel"}"#, 422,
            "'id' in the body of library.add (POST /books) is not an integer"),
        Hostile("POST", "/books", body: #"{"id":1,"title":null,"genre":"novel"}"#, 422, "'title' in the body"),
        Hostile("POST", "/books", body: #"{"id":1,"title":"t","genre":"opera"}"#, 422, "'genre' in the body"),
        Hostile(
            "POST", "/books", body: #"{"id":1,"title":"t","genre":"novel","published":"yesterday"}"#, 422,
            "'yesterday' is no ISO 8601 date"),
        Hostile("POST", "/books", body: "[1,2]", 422, "The body of library.add"),
        Hostile("POST", "/books", body: "{", 400, "not valid JSON"),
        Hostile("POST", "/books", body: "\u{0}\u{1}", 400, "not valid JSON"),
        Hostile("POST", "/books", body: String(repeating: "[", count: 20_000), 400, "not valid JSON"),
        Hostile("POST", "/books", body: "{}", as: "text/plain", 415, "takes application/json, not 'text/plain'"),
        Hostile("POST", "/books", body: "id=1", as: "", 415, "takes application/json"),
        Hostile("POST", "/covers/1", body: String(repeating: "x", count: 1001), 413, "takes 1000 bytes at most"),
        Hostile("POST", "/covers/1", 400, "needs a body"),
        Hostile("PATCH", "/shelves/a/books/1", 400, "The query parameter 'to' is missing"),
    ]

    @Test(arguments: hostile)
    func `a hostile request gets a problem`(_ hostile: Hostile) async throws {
        try await withServer([ServiceMount(LibraryContract.self, LibraryService())]) { server in
            let headers = hostile.body == nil ? [] : [("content-type", hostile.contentType ?? "application/json")]
            let answer = try await server.send(
                hostile.method, hostile.path, headers: headers, body: hostile.body.map { Array($0.utf8) })
            #expect(answer.status == hostile.status)
            let problem = try #require(answer.problem, "\(answer.text)")
            #expect(problem.message.contains(hostile.says), "\(problem.message)")
            #expect(problem.instance?.hasPrefix("urn:martlet:request:") == true)
            let next = try await server.send("GET", "/books/1")
            #expect(next.status == 200)
        }
    }

    @Test func `what is put around requests sees those to contracts, with their errors`() async throws {
        let seen = Mutex<[String]>([])
        var options = ServiceServer.Options()
        options.requestScope = { request in
            do {
                try await request()
                seen.withLock { $0.append("answered") }
            } catch {
                seen.withLock { $0.append("\((error as? ServiceError)?.code.description ?? "")") }
                throw error
            }
        }
        try await withServer([ServiceMount(LibraryContract.self, LibraryService())], options: options) { server in
            for (path, status) in [("/books/1", 200), ("/books/9", 404), ("/livez", 200), ("/readyz", 200)] {
                let answer = try await server.send("GET", path)
                #expect(answer.status == status)
            }
        }
        #expect(seen.withLock { $0 } == ["answered", "not-found"])
    }

    @Test func `405 names the methods that exist`() async throws {
        try await withServer([ServiceMount(LibraryContract.self, LibraryService())]) { server in
            let allowed = try await server.send("POST", "/books/1").headers["allow"]
            #expect(allowed == "DELETE, GET, PUT")
        }
    }

    @Test func `a body without a length is limited too`() async throws {
        var options = ServiceServer.Options()
        options.bodyLimit = 100
        try await withServer([ServiceMount(LibraryContract.self, LibraryService())], options: options) { server in
            let answer = try await server.json("POST", "/books", String(repeating: " ", count: 101))
            #expect(answer.status == 413)
            #expect(answer.problem?.extensions["limit"] == 100)
        }
    }

    @Test func `HEAD answers like GET without a body`() async throws {
        try await withServer([ServiceMount(LibraryContract.self, LibraryService())]) { server in
            let get = try await server.send("GET", "/books/1")
            let head = try await server.send("HEAD", "/books/1")
            #expect(head.status == 200)
            #expect(head.bytes.isEmpty)
            #expect(head.headers["content-length"] == get.headers["content-length"])
        }
    }

    @Test func `services are mounted below prefixes`() async throws {
        let mounts = [
            ServiceMount(LibraryContract.self, LibraryService(), at: "/north/"),
            ServiceMount(LibraryContract.self, LibraryService(), at: "/south"),
        ]
        try await withServer(mounts) { server in
            let north = try LibraryContract.client(HTTPTransport(service: "library", url: server.url + "/north"))
            let south = try LibraryContract.client(HTTPTransport(service: "library", url: server.url + "/south/"))
            try await north.remove(id: 1)
            let title = try await south.book(id: 1).title
            #expect(title == "Emma")
            let root = try await server.send("GET", "/books/1")
            #expect(root.status == 404)
        }
    }

    @Test func `two routes in one place are a misconfiguration`() {
        let mount = ServiceMount(LibraryContract.self, LibraryService())
        let error = #expect(throws: ServiceError.self) { try ServiceServer([mount, mount]) }
        #expect(error?.code == .misconfigured)
        #expect(error?.message.contains("GET /books/{id}") == true)
    }

    @Test func `a port that is taken is said`() async throws {
        try await withServer([]) { server in
            var options = ServiceServer.Options()
            options.port = Int(server.url.split(separator: ":").last ?? "") ?? 0
            let error = await #expect(throws: ServiceError.self) {
                try await ServiceServer([], options: options, logger: .silent).run()
            }
            #expect(error?.message.contains("cannot listen on 127.0.0.1:\(options.port)") == true)
        }
    }
}
