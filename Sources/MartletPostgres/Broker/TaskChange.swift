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

    /// Makes changes in one transaction.
    static func apply(_ changes: [TaskChange], _ tx: Transaction, slot: Int) async throws -> TaskOutcome {
        var outcome = TaskOutcome()
        for change in changes {
            try await ResultTable.store(tx, change.results, at: change.now)
            if !change.results.isEmpty { outcome.news.insert(.results) }
        }
        for change in changes {
            outcome.refused.append(try await MessageTable.publish(tx, change.messages, at: change.now))
            if !change.messages.isEmpty { outcome.news.insert(.messages) }
        }
        if let now = changes.map(\.now).max(),
            try await MessageTable.settle(tx, changes.flatMap(\.settlements), at: now)
        {
            outcome.news.insert(.messages)
        }
        try await StatisticsTable.add(tx, changes.map(\.counts).reduce(WorkerReport(), +), slot: slot)
        return outcome
    }
}

/// What came of changes that were committed together.
struct TaskOutcome: Sendable {
    /// For each change the messages that were refused, each with the one that holds its lock.
    var refused: [[String: String]] = []
    /// What others may wait for; those that were only acknowledged are none of it.
    var news: Set<TaskNews> = []
}
