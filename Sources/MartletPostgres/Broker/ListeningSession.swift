import CLibPQ
import MartletORM

/// The connection on which a process is told of commits by others, and whose advisory lock says that it lives.
///
/// It is under the lock of ``TaskChannel``, and blocks only while it is opened.
struct ListeningSession {
    /// The channel of all notifications; what is sent on it is a kind and who sends it.
    static let channel = "martlet_tasks"

    private var handle: OpaquePointer?
    /// The number this process holds leases by.
    private(set) var holder: Int32?

    var isOpen: Bool { handle != nil }

    /// Connects, listens, and registers under a new number; takes over what was held under the last one.
    ///
    /// - Returns: The socket.
    /// - Throws: `ORMError`.
    mutating func open(_ url: String, setUp: String) throws -> Int32 {
        let opened = try PostgresLink.connect(url, setUp: setUp)
        do {
            let number = try PostgresLink.value(
                opened,
                """
                SELECT n FROM (SELECT nextval('martlet_holder_number')::integer AS n OFFSET 0) AS new,
                LATERAL pg_advisory_lock(\(AdvisoryLock.holder), n)
                """)
            guard let number = Int32(number) else { throw ORMError.cannotConnect("it gives no number: \(number)") }
            try PostgresLink.run(opened, "LISTEN \(Self.channel); INSERT INTO martlet_holder VALUES (\(number))")
            if let holder {
                try PostgresLink.run(
                    opened,
                    """
                    UPDATE martlet_message SET holder = \(number) WHERE holder = \(holder) AND state >= 2;
                    DELETE FROM martlet_holder WHERE id = \(holder)
                    """)
            }
            holder = number
        } catch {
            PQfinish(opened)
            throw error
        }
        handle = opened
        return PQsocket(opened)
    }

    /// What has been told since; `nil` when the connection is gone.
    func receive() -> [String]? {
        guard let handle, PQconsumeInput(handle) == 1, PQstatus(handle) == CONNECTION_OK else { return nil }
        var payloads: [String] = []
        while let notification = PQnotifies(handle) {
            payloads.append(String(cString: notification.pointee.extra))
            PQfreemem(notification)
        }
        return payloads
    }

    /// Closes the socket, once nobody looks at it any more.
    mutating func close() {
        guard let handle else { return }
        PQfinish(handle)
        self.handle = nil
    }
}

/// A connection used for a few statements one by one, each of which blocks.
enum PostgresLink {
    /// - Throws: `ORMError`.
    static func connect(_ url: String, setUp: String) throws -> OpaquePointer {
        let handle = PQconnectdb(url)
        guard let handle else { throw ORMError.cannotConnect("out of memory") }
        guard PQstatus(handle) == CONNECTION_OK else {
            defer { PQfinish(handle) }
            throw ORMError.notConnected(handle)
        }
        PQsetNoticeProcessor(handle, { _, _ in }, nil)
        do {
            try run(handle, setUp)
        } catch {
            PQfinish(handle)
            throw error
        }
        return handle
    }

    static func run(_ handle: OpaquePointer, _ text: String) throws {
        _ = try result(handle, text)
    }

    /// The first value of the first row, as text.
    static func value(_ handle: OpaquePointer, _ text: String) throws -> String {
        let result = try result(handle, text)
        guard result.rowCount > 0 else { return "" }
        return String(decoding: result.bytes(0, 0), as: UTF8.self)
    }

    private static func result(_ handle: OpaquePointer, _ text: String) throws -> PostgresResult {
        guard let raw = PQexec(handle, text) else {
            throw ORMError.connectionLost(PQerrorMessage(handle).map { String(cString: $0) } ?? "")
        }
        let result = PostgresResult(raw)
        guard result.status == PGRES_COMMAND_OK || result.status == PGRES_TUPLES_OK else {
            throw ORMError(PostgresError(result), statement: text)
        }
        return result
    }
}
