import Logging
import ServiceContextModule

/// Why a run was cancelled.
enum Interruption: Sendable, Hashable {
    case softTimeLimit(Double)
    case timeLimit(Double)
    case shutdown
}

/// Third step: runs the task within its time limits.
struct Running: TaskPool {
    let client: TaskClient
    let logger: Logger
    let time: TimeSource

    private enum Event: Sendable {
        case finished(Result<JSONValue, any Error>)
        case interrupted
    }

    /// Runs the task; `interruption` cancels it, and tells afterwards why it was cancelled.
    func run(_ job: Job, interruption: Signal<Interruption>) async -> Result<JSONValue, any Error> {
        await withTaskGroup(of: Event.self) { group in
            group.addTask { .finished(await perform(job)) }
            group.addTask { await watch(job, interruption) }
            var result: Result<JSONValue, any Error> = .failure(CancellationError())
            while let event = await group.next() {
                group.cancelAll()
                if case .finished(let finished) = event { result = finished }
            }
            return result
        }
    }

    private func perform(_ job: Job) async -> Result<JSONValue, any Error> {
        let context = TaskContext(
            message: job.message, attempt: job.received.attempt, logger: logger(for: job), client: client)
        var serviceContext = ServiceContext.current ?? .topLevel
        serviceContext.requestID = context.requestID
        do {
            return .success(
                try await TaskContext.$current.withValue(context) {
                    try await ServiceContext.$current.withValue(serviceContext) {
                        try await job.definition.run(job.message, in: context)
                    }
                })
        } catch {
            return .failure(error)
        }
    }

    private func logger(for job: Job) -> Logger {
        var logger = logger
        logger[metadataKey: "task"] = "\(job.message.task)"
        logger[metadataKey: "task_id"] = "\(job.message.id)"
        logger[metadataKey: "root_id"] = "\(job.message.headers.rootID ?? job.message.id)"
        if let id = job.message.headers.requestID { logger[metadataKey: "request_id"] = "\(id)" }
        return logger
    }

    /// Waits for the first thing that ends the run early.
    private func watch(_ job: Job, _ interruption: Signal<Interruption>) async -> Event {
        let limit = job.message.headers.timeLimit
        let hard = limit.hard ?? job.definition.options.timeLimit?.inSeconds
        let soft = limit.soft ?? job.definition.options.softTimeLimit?.inSeconds
        guard let seconds = [hard, soft].compactMap(\.self).min() else {
            _ = await interruption.wait()
            return .interrupted
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = await interruption.wait() }
            group.addTask {
                guard (try? await time.sleep(for: .seconds(seconds))) != nil else { return }
                interruption.set(seconds == hard ? .timeLimit(seconds) : .softTimeLimit(seconds))
            }
            await group.next()
            group.cancelAll()
        }
        return .interrupted
    }
}
