import Foundation
import MartletServices
import MartletTasks
import Testing

@testable import MartletServices

@Suite struct GatewayTests {
    /// Runs a library behind a gateway that knows a dead service as well.
    private func withGateway(_ body: @escaping @Sendable (TestServer) async throws -> Void) async throws {
        try await withServer([ServiceMount(LibraryContract.self, LibraryService())]) { upstream in
            let routes = [GatewayRoute("library"), GatewayRoute("library", at: "/old/shelf/"), GatewayRoute("dead")]
            let gateway = try Gateway(routes) { $0 == "dead" ? "http://127.0.0.1:1" : upstream.url }
            try await withServer([], gateway: gateway) { try await body($0) }
        }
    }

    @Test func `a typed client works through the gateway`() async throws {
        try await withGateway { gateway in
            for prefix in ["/library", "/old/shelf"] {
                let library = try LibraryContract.client(HTTPTransport(service: "library", url: gateway.url + prefix))
                let title = try await library.book(id: 1).title
                #expect(title == "Emma")
                let moved = try await library.move(shelf: "a/b c", id: 2, to: "ü&=")
                #expect(moved == "a/b c|2|ü&=")
                let file = ContractFile(contentType: "text/csv", bytes: [1, 2, 3], filename: "x.csv")
                let cover = try await library.cover(id: 1, file).bytes
                #expect(cover == [3, 2, 1])
                await #expect(throws: LibraryProblem.lentOut(book: 99, until: "May")) {
                    try await library.remove(id: 99)
                }
            }
        }
    }

    @Test func `an unknown prefix is 404 and the prefixes are listed`() async throws {
        try await withGateway { gateway in
            for path in ["/", "/libraryx/books", "/nowhere"] {
                let answer = try await gateway.send("GET", path)
                #expect(answer.status == 404)
                #expect(answer.problem?.extensions["prefixes"] == ["/dead", "/library", "/old/shelf"])
            }
        }
    }

    @Test func `a service that is down is 502 and its address stays inside`() async throws {
        try await withGateway { gateway in
            let answer = try await gateway.send("GET", "/dead/things")
            #expect(answer.status == 502)
            #expect(answer.problem?.code == .unreachable)
            #expect(!answer.text.contains("127.0.0.1"))
        }
    }

    @Test func `forwarded headers are added and those of the connection removed`() async throws {
        try await HeaderMirror.run { mirror in
            let gateway = try Gateway([GatewayRoute("mirror")]) { _ in mirror }
            try await withServer([], gateway: gateway) { gateway in
                let sent = [
                    ("X-Forwarded-For", "10.1.1.1"), ("Connection", "x-secret"), ("X-Secret", "1"), ("X-Kept", "2"),
                    ("X-Request-ID", "trace-9"),
                ]
                let answer = try await gateway.send("GET", "/mirror/here?a=%20b", headers: sent)
                let seen = try JSONParser.parse(answer.bytes)
                #expect(seen["x-forwarded-for"] == "10.1.1.1, 127.0.0.1")
                #expect(seen["x-forwarded-prefix"] == "/mirror")
                #expect(seen["x-forwarded-proto"] == "http")
                #expect(seen["x-forwarded-host"]?.stringValue?.hasPrefix("127.0.0.1:") == true)
                #expect(seen["x-secret"] == nil)
                #expect(seen["x-kept"] == "2")
                #expect(seen["x-request-id"] == "trace-9")
                #expect(answer.headers["x-request-id"] == "trace-9")
            }
        }
    }

    @Test func `a large body streams through both ways`() async throws {
        let echo = ContractRoute(Endpoint("echo", "echo", .post, "/echo", bodyLimit: 16 << 20)) { request in
            try request.respond(with: request.body())
        }
        try await withServer([ServiceMount("echo", routes: [echo])]) { upstream in
            let gateway = try Gateway([GatewayRoute("echo", at: "/")]) { _ in upstream.url }
            try await withServer([], gateway: gateway) { gateway in
                let bytes = (0..<(8 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) }
                let answer = try await gateway.send("POST", "/echo", headers: [("content-type", "a/b")], body: bytes)
                #expect(answer.status == 200)
                #expect(answer.bytes == bytes)
            }
        }
    }

    @Test func `two routes at one prefix are a misconfiguration`() {
        let error = #expect(throws: ServiceError.self) {
            try Gateway([GatewayRoute("a", at: "/x"), GatewayRoute("b", at: "x/")]) { _ in "http://localhost" }
        }
        #expect(error?.message == "The gateway has two routes at /x: a and b. Give one another prefix.")
    }

    @Test func `the longest prefix wins, whole segments only`() {
        #expect(GatewayRoute("a").rest(of: "/a") == "/")
        #expect(GatewayRoute("a").rest(of: "/a/b?c") == "/b?c")
        #expect(GatewayRoute("a").rest(of: "/ab") == nil)
        #expect(GatewayRoute("a", at: "/").rest(of: "/ab") == "/ab")
    }
}
