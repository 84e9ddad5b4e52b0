import Logging
import Synchronization

// A run that is over keeps no place in the pool while its report is written: a broker that collects reports writes those
// of many runs in one transaction, and meanwhile the next ones run. Only successes that nothing follows go this way, as
// nearly all ends are; the others need more than one call and are reported in their place.

extension Worker {
    /// Begins to tell the broker of an end, if that needs no waiting; returns whether it was begun.
    func beginReport(_ outcome: Outcome, of job: Job) -> Bool {
        guard let broker = reporting.collecting, middleware.isEmpty,
            let report = reporting.plainReport(outcome, of: job)
        else { return false }
        log(outcome, of: job.received, job)
        reports.begin()
        let counts = report.counts
        let answer: @Sendable ((any Error)?) -> Void = { [reports] error in
            reports.add(.init(job: job, outcome: outcome, counts: counts, error: error))
        }
        broker.commit(report, answer: answer, to: reports)
        return true
    }

    /// Works, and ends the deliveries that the broker has been told of; returns when all are.
    func withReportsUnderWay(_ work: @Sendable () async throws -> Void) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                while let answers = await self.reports.answers() { await self.end(answers) }
            }
            defer { reports.close() }
            try await work()
        }
    }

    private func end(_ answers: [ReportsUnderWay.Answer]) async {
        let done = answers.lazy.filter { $0.error == nil }.map(\.counts).reduce(WorkerReport(), +)
        counts.withLock { $0 = $0 + done }
        forget(answers.map(\.job.received.receipt))
        slots.reported(answers.count)
        for answer in answers {
            if let error = answer.error {
                logUnreported(answer.job.received, answer.job, error)
            } else if tellsEnds {
                await tell(answer.outcome, of: answer.job.received, answer.job)
            }
        }
    }
}
