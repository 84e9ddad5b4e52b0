import Foundation
import MartletServices
import MartletTesting
import Testing

@testable import MartletServices

/// Each call of a contract, in process and over HTTP.
@Suite struct ServiceContractTests {
    @Test(arguments: Depth.allCases)
    func `path, query and body arrive, results come back`(_ depth: Depth) async throws {
        try await depth.withLibrary { library in
            let emma = try await library.book(id: 1)
            #expect(emma.title == "Emma")
            let odes = try await library.book(id: 2)
            #expect(odes.published == Date(timeIntervalSinceReferenceDate: 0.25))
            let added = try await library.add(Book(id: 9, title: "Ä/ö?&=% \u{1F426}")).title
            #expect(added == "Ä/ö?&=% \u{1F426}")
            let replaced = try await library.replace(id: 9, body: Book(id: 9, title: "x")).title
            #expect(replaced == "x")
            let newest = try await library.newest()
            #expect(newest == nil)
        }
    }

    @Test(arguments: Depth.allCases)
    func `query parameters may be absent or repeat`(_ depth: Depth) async throws {
        try await depth.withLibrary { library in
            let all = try await library.books(author: nil, genres: [], limit: 10)
            #expect(all.count == 2)
            let poems = try await library.books(author: nil, genres: [.poem, .play], limit: 10).map(\.id)
            #expect(poems == [2])
            let novels = try await library.books(author: "a b+c&d=é", genres: [.novel], limit: 1).map(\.title)
            #expect(novels == ["a b+c&d=é"])
        }
    }

    @Test(arguments: Depth.allCases, ["a", "a b", "50%", "a+b", "ü", "{id}", "a;b", "?x#y", "..a", "%2F"])
    func `text survives a path`(_ depth: Depth, _ text: String) async throws {
        try await depth.withLibrary { library in
            let moved = try await library.move(shelf: text, id: -3, to: text)
            #expect(moved == "\(text)|-3|\(text)")
        }
    }

    @Test func `a slash survives a path over HTTP`() async throws {
        try await Depth.http.withLibrary { library in
            let moved = try await library.move(shelf: "a/b", id: 1, to: "/")
            #expect(moved == "a/b|1|/")
        }
    }

    @Test func `a value that no path can hold is refused by the client`() async throws {
        try await Depth.http.withLibrary { library in
            for text in ["", ".", ".."] {
                let error = await #expect(throws: ServiceError.self) { try await library.fail(how: text) }
                #expect(error?.code == .badRequest)
                #expect(error?.message.contains("'how'") == true)
            }
        }
    }

    @Test(arguments: Depth.allCases)
    func `files go both ways`(_ depth: Depth) async throws {
        try await depth.withLibrary { library in
            let sent = ContractFile(contentType: "image/png", bytes: [0, 1, 255], filename: "a.png")
            let got = try await library.cover(id: 1, sent)
            #expect(got == ContractFile(contentType: "image/png", bytes: [255, 1, 0], filename: "a.png"))
        }
    }

    @Test(arguments: Depth.allCases)
    func `nothing comes back as nothing`(_ depth: Depth) async throws {
        try await depth.withLibrary { library in
            try await library.remove(id: 1)
            await #expect(throws: LibraryProblem.lentOut(book: 1, until: "May")) { try await library.remove(id: 1) }
        }
    }

    @Test(arguments: Depth.allCases)
    func `a background member is enqueued, not called`(_ depth: Depth) async throws {
        try await depth.withLibrary { library in
            let error = await #expect(throws: ServiceError.self) { try await library.reindex(shelf: "a", deep: true) }
            #expect(error?.code == .backgroundOnly)
            #expect(error?.message.contains("reindex") == true)
        }
    }

    @Test func `a contract lists its endpoints`() {
        #expect(LibraryContract.name == "library")
        #expect(LibraryContract.endpoints.count == 10)
        #expect(LibraryContract.Endpoints.add.status == 201)
        #expect(LibraryContract.Endpoints.remove.status == 204)
        #expect(LibraryContract.Endpoints.cover.bodyLimit == 1000)
        #expect("\(LibraryContract.Endpoints.book)" == "library.book (GET /books/{id})")
    }

    @Test func `a double answers for the members it has and names the others`() async throws {
        let double: any Library = LibraryDouble(book: { Book(id: $0, title: "double") })
        let book = try await double.book(id: 4)
        #expect(book == Book(id: 4, title: "double"))
        let error = await #expect(throws: ServiceError.self) { try await double.newest() }
        #expect(
            error?.message
                == "The test double of 'library' was called for 'newest', which has no closure. Set 'onNewest'.")
    }

    @Test(arguments: Depth.allCases)
    func `calls are counted`(_ depth: Depth) async throws {
        try await depth.withLibrary { library in
            let recorder = ServiceCallRecorder()
            _ = try await recorder.recording {
                _ = try await library.book(id: 1)
                return try await library.newest()
            }
            _ = try await library.newest()
            #expect(recorder.calls.map(\.name) == ["book", "newest"])
        }
    }

    @Test(arguments: Depth.allCases)
    func `calls in a loop are an N+1`(_ depth: Depth) async throws {
        try await depth.withLibrary { library in
            let error = await #expect(throws: (any Error).self) {
                try await expectNoNPlusOne {
                    for id in 1...2 { _ = try await library.book(id: id) }
                }
            }
            let message = "\(try #require(error))"
            #expect(message.contains("N+1: 2 calls to library.book (GET /books/{id}) in "))
            try await expectQueries(0, calls: 2) {
                _ = try await library.book(id: 1)
                _ = try await library.newest()
            }
        }
    }
}
