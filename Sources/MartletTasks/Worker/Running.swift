import Foundation
import Logging
import ServiceContextModule

/// Why a run was cancelled.
enum Interruption: Sendable, Hashable {
    case softTimeLimit(Double)
    case timeLimit(Double)
    case shutdown
    case revoked
    case leaseLost
}

/// Third step: runs the task in this process, and cancels it when it is interrupted or its soft time limit is over.
struct Running: TaskPool {
    let client: TaskClient
    let logger: Logger
    let time: TimeSource
    /// The worker's name.
    var node = NodeName.default
    /// Where tasks run; `nil` is where the worker does.
    var executor: (any TaskExecutor)?
    let endsRunsAtTheirTimeLimit = false

    private enum Event: Sendable {
        case finished(Result<JSONValue, any Error>)
        case interrupted
    }

    /// Runs the task; `interruption` cancels it, and tells afterwards why it was cancelled.
    func run(_ job: Job, interruption: Signal<Interruption>) async -> Result<JSONValue, any Error> {
        await withTaskGroup(of: Event.self) { group in
            group.addTask(executorPreference: executor) { .finished(await perform(job)) }
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
            message: job.message, attempt: job.received.attempt, logger: logger(for: job), client: client, run: job.run)
        var serviceContext = ServiceContext.current ?? .topLevel
        serviceContext.requestID = context.requestID
        if job.definition.options.tracksStarted { await tellStarted(context) }
        do {
            return .success(
                try await TaskContext.$current.withValue(context) {
                    try await ServiceContext.$current.withValue(serviceContext) {
                        try await job.definition.run(job.message, in: context)
                    }
                })
        } catch {
            await save(context)
            return .failure(error)
        }
    }

    private func tellStarted(_ context: TaskContext) async {
        do {
            try await context.update(
                state: .started,
                meta: [
                    "pid": .integer(Int(ProcessInfo.processInfo.processIdentifier)),
                    "hostname": .string(node.description),
                ])
        } catch {
            context.logger.warning("the state STARTED could not be stored", metadata: ["error": "\(error)"])
        }
    }

    /// Keeps how far the run got, in a Swift task of its own, since the run's may be cancelled.
    private func save(_ context: TaskContext) async {
        guard context.run.hasUnsaved else { return }
        await Task {
            do {
                try await context.saveCheckpoint()
            } catch {
                context.logger.error("a checkpoint could not be saved", metadata: ["error": "\(error)"])
            }
        }.value
    }

    private func logger(for job: Job) -> Logger {
        var logger = logger
        for (key, value) in job.logMetadata { logger[metadataKey: key] = value }
        return logger
    }

    /// Waits for the first thing that ends the run early.
    private func watch(_ job: Job, _ interruption: Signal<Interruption>) async -> Event {
        guard let seconds = job.softTimeLimit else {
            _ = await interruption.wait()
            return .interrupted
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = await interruption.wait() }
            group.addTask {
                guard (try? await time.sleep(for: .seconds(seconds))) != nil else { return }
                interruption.set(.softTimeLimit(seconds))
            }
            await group.next()
            group.cancelAll()
        }
        return .interrupted
    }
}
