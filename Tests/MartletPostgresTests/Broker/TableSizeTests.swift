import Foundation
import MartletORM
import MartletPostgres
import MartletTasks
import MartletTesting
import Testing

/// That tables stay as small as what they hold, however much has passed through.
@Suite(.postgres, .timeLimit(.minutes(10))) struct TableSizeTests {
    /// `MARTLET_QUEUE_TASKS` says another number, such as 1000000; then nobody but the server cleans up, when it will.
    private static let long = ProcessInfo.processInfo.environment["MARTLET_QUEUE_TASKS"].flatMap { Int($0) }
    private static let tasks = long ?? 20_000
    private static let rounds = 20

    @Test func tablesDoNotGrowWithWhatPassesThrough() async throws {
        let server = try await TaskServer()
        let broker = try server.broker("worker")
        let database = try server.database()
        var sizes: [Int] = []
        let start = ContinuousClock.now
        for round in 0..<Self.rounds {
            for part in 0..<(Self.tasks / Self.rounds / 500) { try await pass(500, "\(round)-\(part)", broker) }
            if Self.long == nil { try await vacuum(database) }
            sizes.append(try await size(database))
            if Self.long != nil { print("after \(ContinuousClock.now - start): \(sizes[round]) bytes") }
        }
        let left = try await database.rows("SELECT count(*) AS n FROM martlet_payload")[0].value("n", as: Int.self)
        #expect(left == 0)
        // The server looks once a minute: half of a long run shows how large the tables are between its looks.
        let usual = Self.long == nil ? max(sizes[1], 1 << 20) : sizes.prefix(Self.rounds / 2).max() ?? 0
        #expect(sizes[Self.rounds - 1] <= 2 * usual, "\(sizes)")
        try await database.close()
    }

    private func vacuum(_ database: Database) async throws {
        for table in ["martlet_message", "martlet_payload", "martlet_statistics"] {
            try await database.execute(SQL(raw: "VACUUM \(table)"))
        }
    }

    /// Sends messages of 1 KB, and receives and settles them, each with a result to count.
    private func pass(_ count: Int, _ name: String, _ broker: PostgresBroker) async throws {
        try await broker.publish((0..<count).map { WireMessage("\(name)-\($0)", size: 1024) })
        var left = count
        while left > 0 {
            let received = try await broker.receive(from: ["q"], limit: 50, lease: .seconds(60))
            left -= received.count
            try await withThrowingTaskGroup(of: Void.self) { group in
                for delivery in received {
                    group.addTask {
                        var report = Report(settlement: Settlement(delivery.receipt, .acknowledge))
                        report.counts.done = 1
                        try await broker.commit(report)
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    /// The bytes of the tables through which each task passes, with their indexes.
    private func size(_ database: Database) async throws -> Int {
        try await database.rows(
            """
            SELECT pg_total_relation_size('martlet_message') + pg_total_relation_size('martlet_payload')
                + pg_total_relation_size('martlet_statistics') AS bytes
            """)[0].value("bytes", as: Int.self)
    }
}
