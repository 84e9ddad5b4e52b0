import Foundation
import MartletORM
import MartletTasks

/// What one caller wants committed: results, messages, ends of deliveries and counts.
struct TaskChange: Sendable {
    var results: [TaskResult] = []
    var messages: [WireMessage] = []
    var settlements: [Settlement] = []
    var counts = WorkerReport()
    var now: Date

    /// Who may wait for it.
    var news: Set<TaskNews> {
        var news: Set<TaskNews> = results.isEmpty ? [] : [.results]
        // An acknowledged message may have held a permit for which another one waits.
        if !messages.isEmpty || !settlements.isEmpty { news.insert(.messages) }
        return news
    }

    /// Makes changes in one transaction; returns for each which messages were refused.
    static func apply(
        _ changes: [TaskChange], _ tx: Transaction, slot: Int
    ) async throws -> [[String: String]] {
        for change in changes { try await ResultTable.store(tx, change.results, at: change.now) }
        var refused: [[String: String]] = []
        for change in changes {
            refused.append(try await MessageTable.publish(tx, change.messages, at: change.now))
        }
        if let now = changes.map(\.now).max() {
            try await MessageTable.settle(tx, changes.flatMap(\.settlements), at: now)
        }
        try await StatisticsTable.add(tx, changes.map(\.counts).reduce(WorkerReport(), +), slot: slot)
        return refused
    }
}
