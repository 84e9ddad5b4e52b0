/// Second step: whether the task is to be run at all.
struct Admission: Sendable {
    let results: any ResultBackend
    let time: TimeSource

    /// Expired tasks, tasks that have crashed too many workers and tasks that have succeeded already are not run.
    func admit(_ job: Job) async throws -> Step<Job> {
        if mayHaveRun(job), let result = try await results.fetch([job.message.id])[job.message.id],
            result.state == .success
        {
            return .end(.alreadySucceeded(result))
        }
        if let expires = job.message.headers.expires, expires <= time.now { return .end(.expired) }
        let crashes = job.received.attempt - 1
        let maxAttempts = job.definition.options.delivery.maxAttempts
        if maxAttempts > 0, crashes >= maxAttempts {
            return .end(.failed(.workerLost(attempts: crashes), .crashed))
        }
        return .next(job)
    }

    private func mayHaveRun(_ job: Job) -> Bool {
        job.received.attempt > 1 || job.message.headers.custom[CanvasPublication.repeatedHeader] != nil
    }
}
