import MartletServices
import MartletTasks
import Testing

@testable import MartletServices

/// Errors arrive the same, in process and over HTTP.
@Suite struct ServiceErrorTests {
    @Test(arguments: Depth.allCases)
    func `a service error arrives as it was thrown`(_ depth: Depth) async throws {
        try await depth.withLibrary { library in
            let missing = await #expect(throws: ServiceError.self) { try await library.book(id: 99) }
            #expect(missing == ServiceError(.notFound, "Book 99 does not exist.", extensions: ["book": 99]))
            #expect(missing?.status == 404)
            let custom = await #expect(throws: ServiceError.self) { try await library.fail(how: "custom") }
            let code = ServiceError.Code("no-such-shelf", status: 418, title: "No shelf")
            #expect(custom == ServiceError(code, "Shelf 9 is gone."))
        }
    }

    @Test(arguments: Depth.allCases)
    func `a listed problem arrives as its own type`(_ depth: Depth) async throws {
        try await depth.withLibrary { library in
            await #expect(throws: LibraryProblem.lentOut(book: 7, until: "June")) {
                try await library.fail(how: "listed")
            }
        }
    }

    @Test(arguments: Depth.allCases)
    func `an unlisted problem arrives as a service error`(_ depth: Depth) async throws {
        try await depth.withLibrary { library in
            let error = await #expect(throws: ServiceError.self) { try await library.fail(how: "unlisted") }
            #expect(error?.status == 423)
            #expect(error?.type == "urn:martlet:problem:SecretProblem")
            #expect(error?.message == "The cellar is closed.")
        }
    }

    @Test(arguments: Depth.allCases)
    func `an unknown error arrives as 500 and says nothing of itself`(_ depth: Depth) async throws {
        try await depth.withLibrary { library in
            let error = await #expect(throws: ServiceError.self) { try await library.fail(how: "unknown") }
            #expect(error?.code == .internalError)
            #expect(error?.status == 500)
            #expect(error?.message.contains("hunter2") == false)
            #expect(error?.message.contains("Password") == false)
        }
    }

    @Test(arguments: Depth.allCases)
    func `a neighbour's failure does not show its address`(_ depth: Depth) async throws {
        try await depth.withLibrary { library in
            let error = await #expect(throws: ServiceError.self) { try await library.fail(how: "neighbour") }
            #expect(error?.code == .unreachable)
            #expect(error?.status == 502)
            #expect(error?.message.contains("10.0.0.7") == false)
        }
    }

    @Test func `codes and statuses agree in both directions`() {
        for code in [ServiceError.Code.badRequest, .notFound, .conflict, .unprocessable, .internalError, .unavailable] {
            #expect(ServiceError.Code.standing(for: code.status) == code)
        }
        #expect(ServiceError.Code.standing(for: 451).name == "status-451")
    }

    @Test func `a description has code, status, message and cause`() {
        let error = ServiceError(.conflict, "Paid already.", cause: SecretProblem.closed)
        #expect(error.description == "conflict (409): Paid already. Cause: closed")
        #expect(error.location.fileID.hasSuffix("ServiceErrorTests.swift"))
    }
}
