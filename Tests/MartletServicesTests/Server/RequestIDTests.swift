import MartletServices
import MartletTasks
import ServiceContextModule
import Testing

@Suite struct RequestIDTests {
    @Test(arguments: ["7", "a-b_c.d:e/f", String(repeating: "x", count: 128)])
    func `a sane id is kept`(_ id: String) { #expect(RequestID.accepting(id) == id) }

    @Test(arguments: ["", "a b", "a\nb", "ä", "<script>", String(repeating: "x", count: 129)])
    func `any other is replaced`(_ id: String) {
        #expect(RequestID.accepting(id) != id)
        #expect(RequestID.accepting(id).utf8.count == 32)
    }

    @Test func `the id is echoed, reaches the service, and follows its calls`() async throws {
        try await withServer([ServiceMount(LibraryContract.self, LibraryService())]) { server in
            let given = try await server.send("GET", "/request-id", headers: [("X-Request-ID", "trace-1")])
            #expect(given.headers["x-request-id"] == "trace-1")
            #expect(given.text == "\"trace-1\"")
            let made = try await server.send("GET", "/request-id", headers: [("X-Request-ID", "two words")])
            #expect(made.headers["x-request-id"]?.utf8.count == 32)
            let failed = try await server.send("GET", "/nowhere", headers: [("X-Request-ID", "trace-2")])
            #expect(failed.problem?.instance == "urn:martlet:request:trace-2")

            let library = try LibraryContract.client(HTTPTransport(service: "library", url: server.url))
            var context = ServiceContext.topLevel
            context.requestID = "from-the-caller"
            let seen = try await ServiceContext.withValue(context) { try await library.requestID() }
            #expect(seen == "from-the-caller")
        }
    }
}
