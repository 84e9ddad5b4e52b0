import Foundation
import Logging
import ServiceContextModule
import Tracing

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
    let middleware: MiddlewareStack
    /// What makes its spans, when that is not the system's.
    let tracer: (any Tracer)?
    /// The worker's name.
    let node: NodeName
    /// What the bodies of messages may be.
    let content: ContentRegistry
    /// Where tasks run; `nil` is where the worker does.
    let executor: (any TaskExecutor)?
    let endsRunsAtTheirTimeLimit = false
    let isolatesRuns = false

    init(client: TaskClient, logger: Logger, time: TimeSource, options: WorkerOptions) {
        self.client = client
        self.logger = logger
        self.time = time
        middleware = MiddlewareStack(options.middleware)
        tracer = options.tracer
        node = options.node
        content = client.options.content.restricted(to: options.acceptContent)
        executor = options.pool.executor
    }

    /// Runs the task; `interruption` cancels it, and tells afterwards why it was cancelled.
    func run(_ job: Job, interruption: Signal<Interruption>) async -> Result<JSONValue, any Error> {
        guard let seconds = job.softTimeLimit else { return await perform(job, until: interruption) }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                guard (try? await time.sleep(for: .seconds(seconds))) != nil else { return }
                interruption.set(.softTimeLimit(seconds))
            }
            defer { group.cancelAll() }
            return await perform(job, until: interruption)
        }
    }

    /// Runs the task in a Swift task of its own, which alone is cancelled.
    ///
    /// A child task with another one beside it that waits for the interruption costs several times as much.
    private func perform(
        _ job: Job, until interruption: Signal<Interruption>
    ) async -> Result<JSONValue, any Error> {
        let run = Task(executorPreference: executor ?? WorkerExecutor.current) { await perform(job) }
        interruption.onSet { _ in run.cancel() }
        return await withTaskCancellationHandler {
            await run.value
        } onCancel: {
            run.cancel()
        }
    }

    private func perform(_ job: Job) async -> Result<JSONValue, any Error> {
        let context = TaskContext(
            message: job.message, attempt: job.received.attempt, logger: logger, client: client, run: job.run)
        var serviceContext = ServiceContext.current ?? .topLevel
        serviceContext.requestID = context.requestID
        if job.definition.options.tracksStarted { await tellStarted(context) }
        do {
            return .success(try await traced(job, context, serviceContext))
        } catch {
            await save(context)
            return .failure(error)
        }
    }

    /// Runs it in a span that goes on with the trace of its message, if somebody takes spans.
    private func traced(
        _ job: Job, _ context: TaskContext, _ serviceContext: ServiceContext
    ) async throws -> JSONValue {
        guard let tracing = TaskTracing(tracer) else { return try await run(job, context, in: serviceContext) }
        let span = tracing.startProcessing(
            job.message, attempt: job.received.attempt, in: serviceContext, at: time.now)
        job.run.note(trace: tracing.headers(of: span.context))
        defer { span.end(at: time.now) }
        do {
            return try await run(job, context, in: span.context)
        } catch {
            span.fail(error)
            throw error
        }
    }

    private func run(
        _ job: Job, _ context: TaskContext, in serviceContext: ServiceContext
    ) async throws -> JSONValue {
        try await TaskContext.$current.withValue(context) {
            try await ServiceContext.$current.withValue(serviceContext) {
                try await middleware.run(context) { try await job.definition.run(job.message, in: context) }
            }
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
        await Task(executorPreference: WorkerExecutor.current) {
            do {
                try await context.saveCheckpoint()
            } catch {
                context.logger.error("a checkpoint could not be saved", metadata: ["error": "\(error)"])
            }
        }.value
    }
}
