public import Foundation
import Logging

/// A task that a worker runs at the moment (Celery's `inspect active`).
public struct RunningTask: Sendable, Hashable {
    /// The id of the task.
    public var id: String
    /// The name of the task.
    public var task: String
    /// How often it has been retried.
    public var retries: Int
    /// When its run began.
    public var startedAt: Date

    init(message: TaskMessage, startedAt: Date) {
        id = message.id
        task = message.task
        retries = message.headers.retries
        self.startedAt = startedAt
    }
}

extension Worker {
    /// What it runs at the moment, the oldest run first.
    public var runningTasks: [RunningTask] { held.running }

    /// The ids of the tasks it is at; what was fetched and waits for a place is not among them.
    package var runningIDs: [String] {
        let waiting = slots.waiting
        return held.receipts.filter { !waiting.contains($0) }.map(\.id)
    }

    /// Tells in the log what it runs and since when: one line for each task, after one that counts them.
    ///
    /// The commands of MartletApp do it on SIGUSR1.
    public func logRunningTasks() {
        let tasks = runningTasks
        let now = client.time.now
        let metadata: Logger.Metadata = [
            "node": "\(node)", "running": "\(tasks.count)", "concurrency": "\(concurrency)",
            "done": "\(report.done)", "failed": "\(report.failed)", "problem": "\(health.problem ?? "none")",
        ]
        logger.notice("what the worker does", metadata: metadata)
        for task in tasks {
            let seconds = (now.timeIntervalSince(task.startedAt) * 1_000).rounded() / 1_000
            logger.notice(
                "running",
                metadata: [
                    "task": "\(task.task)", "task_id": "\(task.id)", "retries": "\(task.retries)",
                    "since": "\(ISODate.text(of: task.startedAt))", "seconds": "\(seconds)",
                ])
        }
    }
}
