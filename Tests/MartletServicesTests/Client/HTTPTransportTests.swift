import MartletServices
import Testing

@testable import MartletServices

@Suite struct HTTPTransportTests {
    @Test func `a service that is down is named, with its URL and the setting to change`() async throws {
        var options = HTTPTransport.Options()
        options.setting = "LIBRARY_URL"
        let library = try LibraryContract.client(
            HTTPTransport(service: "library", url: "http://127.0.0.1:1", options: options))
        let error = await #expect(throws: ServiceError.self) { try await library.book(id: 1) }
        #expect(error?.code == .unreachable)
        #expect(error?.message.hasPrefix("The service 'library' at http://127.0.0.1:1 cannot be reached: ") == true)
        #expect(error?.message.hasSuffix("Start it, or correct the setting LIBRARY_URL.") == true)
    }

    @Test(arguments: ["", "localhost:80", "ftp://x", "http://", "http://x?a=b", "/path"])
    func `a URL that is none is a misconfiguration`(_ url: String) {
        let error = #expect(throws: ServiceError.self) { try HTTPTransport(service: "library", url: url) }
        #expect(error?.code == .misconfigured)
        #expect(error?.message.contains("'\(url)'") == true)
    }

    @Test func `a service that does not answer in time is a timeout`() async throws {
        let (released, release) = AsyncStream.makeStream(of: Void.self)
        var options = HTTPTransport.Options()
        options.timeout = .milliseconds(50)
        let route = ContractRoute(LibraryContract.Endpoints.newest) { request in
            for await _ in released { break }
            return try request.respond(with: ())
        }
        try await withServer([ServiceMount("library", routes: [route])]) { [options] server in
            let library = try LibraryContract.client(
                HTTPTransport(service: "library", url: server.url, options: options))
            let error = await #expect(throws: ServiceError.self) { try await library.newest() }
            #expect(error?.code == .timeout)
            #expect(error?.status == 504)
            release.yield()
        }
    }

    struct Strange: Sendable {
        var response: ContractResponse
        var says: String
    }

    static let strange = [
        Strange(response: ContractResponse(status: 200), says: "without content"),
        Strange(
            response: ContractResponse(
                status: 200, body: ContractFile(contentType: "text/html", bytes: Array("<p>".utf8))),
            says: "content type 'text/html'"),
        Strange(
            response: ContractResponse(
                status: 200, body: ContractFile(contentType: "application/json", bytes: Array("{}".utf8))),
            says: "no Book"),
        Strange(
            response: ContractResponse(
                status: 503, body: ContractFile(contentType: "text/html", bytes: Array("<p>busy".utf8))),
            says: "status 503 and no problem document: '<p>busy'"),
        Strange(response: ContractResponse(status: 302), says: "status 302"),
    ]

    @Test(arguments: strange)
    func `an answer that is not of the contract is said`(_ strange: Strange) async throws {
        let route = ContractRoute(LibraryContract.Endpoints.book) { _ in strange.response }
        try await withServer([ServiceMount("library", routes: [route])]) { server in
            let library = try LibraryContract.client(HTTPTransport(service: "library", url: server.url))
            let error = await #expect(throws: ServiceError.self) { try await library.book(id: 1) }
            #expect(error?.code == .invalidResponse)
            #expect(error?.message.contains(strange.says) == true, "\(error?.message ?? "")")
        }
    }

    @Test func `an answer that is too large is refused`() async throws {
        var options = HTTPTransport.Options()
        options.responseLimit = 10
        try await withServer([ServiceMount(LibraryContract.self, LibraryService())]) { [options] server in
            let library = try LibraryContract.client(
                HTTPTransport(service: "library", url: server.url, options: options))
            let error = await #expect(throws: ServiceError.self) { try await library.book(id: 1) }
            #expect(error?.message.contains("larger than 10 bytes") == true)
        }
    }
}
