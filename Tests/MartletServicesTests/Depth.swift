import MartletServices

/// The two ways a caller reaches a service; what is true of one is true of the other.
enum Depth: CaseIterable, Sendable {
    case inProcess, http

    /// Runs `body` with a caller of a fresh library.
    func withLibrary(_ body: @escaping @Sendable (any Library) async throws -> Void) async throws {
        let service = LibraryService()
        switch self {
        case .inProcess:
            try await body(LibraryContract.inProcess { service })
        case .http:
            try await withServer([ServiceMount(LibraryContract.self, service)]) { server in
                try await body(LibraryContract.client(HTTPTransport(service: "library", url: server.url)))
            }
        }
    }
}
