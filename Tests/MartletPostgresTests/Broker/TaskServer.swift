import Foundation
import MartletORM
import MartletPostgres
import MartletTasks
import MartletTesting

/// A database for tasks, used as by several processes: each of another name has connections of its own.
struct TaskServer {
    let url: String

    init() async throws { url = try await PostgresServer.shared().newDatabase() }

    func url(of process: String) -> String { "\(url)&application_name=\(process)" }

    func broker(_ process: String) throws -> PostgresBroker { try PostgresBroker(url: url(of: process)) }

    func results(_ process: String) throws -> PostgresResultBackend {
        try PostgresResultBackend(url: url(of: process))
    }

    func database() throws -> Database { try PostgresDatabase.open(url) }

    /// Cuts all connections of a process.
    func cut(_ process: String) async throws {
        let database = try database()
        _ = try await database.rows(
            "SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE application_name = \(process)")
        try await database.close()
    }
}

extension WireMessage {
    init(_ id: String, queue: String = "q", size: Int = 2) {
        self.init(
            id: id, queue: queue, headers: Array("{}".utf8), properties: Array("{}".utf8),
            body: [UInt8](repeating: 0x20, count: size))
    }
}
