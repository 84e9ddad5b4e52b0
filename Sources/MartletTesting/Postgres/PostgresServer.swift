import Foundation

/// A PostgreSQL server of one's own, in a temporary folder: for tests that need one.
///
/// ```swift
/// let url = try await PostgresServer.shared().newDatabase()
/// ```
///
/// It ends with the process that started it, also when that is killed, and leaves nothing behind. The programs `initdb`
/// and `postgres` must be installed, on Debian by the package `postgresql`; the environment variable
/// `MARTLET_POSTGRES_BIN` names their folder where they are not found.
public final class PostgresServer: Sendable {
    private let guardian: PostgresGuardian

    private init(_ guardian: PostgresGuardian) {
        self.guardian = guardian
    }

    /// Whether tests with a server should run: its programs are installed, or this is a CI run, in which their absence is
    /// an error.
    public static var isExpected: Bool {
        PostgresPrograms.folder() != nil || ProcessInfo.processInfo.environment["CI"] != nil
    }

    /// The server that all tests of the process share; the first call starts it.
    ///
    /// - Throws: ``PostgresServerError`` when it is not installed or does not start.
    public static func shared() async throws -> PostgresServer {
        try await SharedServer.instance.server()
    }

    /// Starts a server for one test alone, one that stops or restarts it.
    public static func start() async throws -> PostgresServer {
        PostgresServer(try await PostgresGuardian.start())
    }

    /// Makes an empty database and returns its URL, by way of a socket in the file system.
    public func newDatabase() async throws -> String {
        let name = "test_\(UUID().uuidString.lowercased().replacing("-", with: ""))"
        _ = try await guardian.command("database \(name)")
        return "postgres:///\(name)?host=\(guardian.folder)&port=\(guardian.port)&user=martlet"
    }

    /// The URL of a database by way of TCP and, if the programs to make a certificate are there, TLS.
    ///
    /// - Parameters:
    ///   - socketURL: What ``newDatabase()`` returned.
    ///   - sslMode: libpq's `sslmode`.
    public func tcpURL(_ socketURL: String, sslMode: String) -> String {
        let name = socketURL.dropFirst("postgres:///".count).prefix { $0 != "?" }
        return "postgres://martlet@127.0.0.1:\(guardian.port)/\(name)?sslmode=\(sslMode)"
    }

    /// Stops the server, ending every connection, and starts it again on the same address.
    public func restart() async throws {
        _ = try await guardian.command("restart")
    }

    /// Stops the server, ending every connection; ``restart()`` starts it again.
    public func stop() async throws {
        _ = try await guardian.command("stop")
    }

    /// Stops the server for good and deletes its folder, as happens when the process ends.
    public func end() async throws {
        try await guardian.end()
    }

    /// The folder of the server's socket and data.
    public var folder: String { guardian.folder }

    /// The id of the process that looks after it.
    package var guardianProcess: Int32 { guardian.process }
}

/// Starts the shared server once.
private actor SharedServer {
    static let instance = SharedServer()
    private var starting: Task<PostgresServer, any Error>?

    func server() async throws -> PostgresServer {
        let task = starting ?? Task { try await PostgresServer.start() }
        starting = task
        return try await task.value
    }
}

/// Why there is no server.
public struct PostgresServerError: Error, CustomStringConvertible {
    /// What happened and what to do.
    public let description: String
}
