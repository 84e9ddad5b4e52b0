import Foundation
import MartletORM
import MartletPostgres
import MartletTasks
import MartletTesting
import Testing

/// That tables stay as small as what they hold, however much has passed through.
@Suite(.postgres, .timeLimit(.minutes(10))) struct TableSizeTests {
    /// `MARTLET_QUEUE_TASKS` says another number, such as 1000000.
    private static let tasks =
        ProcessInfo.processInfo.environment["MARTLET_QUEUE_TASKS"].flatMap { Int($0) } ?? 20_000
    private static let rounds = 20

    @Test func tablesDoNotGrowWithWhatPassesThrough() async throws {
        let server = try await TaskServer()
        let broker = try server.broker("worker")
        let database = try server.database()
        var sizes: [Int] = []
        for round in 0..<Self.rounds {
            for part in 0..<(Self.tasks / Self.rounds / 500) { try await pass(500, "\(round)-\(part)", broker) }
            for table in ["martlet_message", "martlet_payload", "martlet_statistics"] {
                try await database.execute(SQL(raw: "VACUUM \(table)"))
            }
            sizes.append(try await size(database))
        }
        let left = try await database.rows("SELECT count(*) AS n FROM martlet_payload")[0].value("n", as: Int.self)
        #expect(left == 0)
        #expect(sizes[Self.rounds - 1] <= 2 * max(sizes[1], 1 << 20), "\(sizes)")
        if Self.tasks > 20_000 { print("table sizes after each round, in bytes: \(sizes)") }
        try await database.close()
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
