import CLibPQ
import MartletORM
import Synchronization

/// Knows how to reach the server, and opens connections; it blocks, so it is called on a thread that may.
final class ConnectionOpener: Sendable {
    let loop: SocketLoop
    private let url: String
    /// The statements that a connection begins with.
    private let setUp: String
    private let lastID = Atomic<UInt64>(0)

    /// - Throws: `ORMError` with code `invalidQuery` when the connection string is malformed.
    init(_ url: String, setUp: String) throws {
        try ConnectionString.validate(url)
        self.url = url
        self.setUp = setUp
        loop = try SocketLoop()
        loop.start()
    }

    /// Opens a connection and sets it up.
    ///
    /// - Parameter onLoss: Called once when the connection breaks.
    /// - Throws: `ORMError` with code `cannotConnect` or `accessDenied`.
    func open(onLoss: @escaping @Sendable (UInt64) -> Void) throws -> PostgresConnection {
        let parameters = [
            ("fallback_application_name", "martlet"), ("dbname", url), ("client_encoding", "UTF8"),
        ]
        let handle = withCStrings(parameters.map(\.0)) { keywords in
            withCStrings(parameters.map(\.1)) { values in PQconnectdbParams(keywords, values, 1) }
        }
        guard let handle else { throw ORMError.cannotConnect("out of memory") }
        guard PQstatus(handle) == CONNECTION_OK else {
            defer { PQfinish(handle) }
            throw ORMError.notConnected(handle)
        }
        guard let problem = setUp(handle) else {
            let id = lastID.add(1, ordering: .relaxed).newValue
            let connection = PostgresConnection(id: id, socket: PQsocket(handle), loop: loop, onLoss: onLoss, handle)
            connection.listen()
            return connection
        }
        PQfinish(handle)
        throw problem
    }

    /// Settings, no notices on the standard error, and pipelines from here on.
    private func setUp(_ handle: OpaquePointer) -> ORMError? {
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        let version = PQserverVersion(handle)
        guard version >= 120_000 else {
            return .cannotConnect("the server is PostgreSQL \(version / 10_000), and 12 is the oldest that will do")
        }
        let result = PQexec(handle, setUp)
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_COMMAND_OK, PQsetnonblocking(handle, 1) == 0,
            PQenterPipelineMode(handle) == 1
        else { return .cannotConnect(PQerrorMessage(handle).map { String(cString: $0) } ?? "") }
        return nil
    }
}

/// Lends strings as a C array that ends with a null pointer.
private func withCStrings<Value>(
    _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Value
) -> Value {
    func lend(_ rest: ArraySlice<String>, _ pointers: [UnsafePointer<CChar>?]) -> Value {
        guard let first = rest.first else { return body(pointers + [nil]) }
        return first.withCString { lend(rest.dropFirst(), pointers + [$0]) }
    }
    return lend(strings[...], [])
}
