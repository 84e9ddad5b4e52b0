public import Logging
import Synchronization

extension TaskClient {
    /// Makes a client that runs what it is sent at once, in this process (Celery's `task_always_eager`).
    ///
    /// Chains, groups and chords run to their end before `enqueue` returns. Countdowns and etas do not count; a retry runs
    /// at once, and is counted. It is for scripts and for tests of code that enqueues; a `TaskBench` of MartletTesting
    /// is nearer to a worker.
    ///
    /// - Parameters:
    ///   - registry: The tasks it knows.
    ///   - results: Where results and errors are kept.
    ///   - propagates: Whether `enqueue` throws the error of a task that fails (`task_eager_propagates`).
    ///   - middleware: Code around publishing, runs and ends; the first one is the outermost.
    ///   - content: The serializers and compressors that calls may name.
    ///   - time: The time it goes by.
    ///   - logger: Where it tells what it does.
    public static func eager(
        _ registry: TaskRegistry, results: any ResultBackend, propagates: Bool = false,
        middleware: [any TaskMiddleware] = [], content: ContentRegistry = ContentRegistry(), time: TimeSource = .system,
        logger: Logger = Logger(label: "martlet.eager")
    ) -> TaskClient {
        let broker = EagerBroker(
            registry: registry, results: results, propagates: propagates, middleware: middleware, content: content,
            time: time, logger: logger)
        return broker.client(broker)
    }
}

/// A broker that runs each message where it is published.
struct EagerBroker: Broker {
    let registry: TaskRegistry
    let results: any ResultBackend
    let propagates: Bool
    let middleware: [any TaskMiddleware]
    let content: ContentRegistry
    let time: TimeSource
    let logger: Logger

    /// How often one message may be run; a task that asks for more never ends.
    private static let limit = 1000

    func client(_ broker: any Broker) -> TaskClient {
        var options = TaskClient.Options(publishTimeout: nil, publishRetry: .none, middleware: middleware)
        options.content = content
        return TaskClient(broker: broker, results: results, options: options, time: time)
    }

    func publish(_ messages: [WireMessage]) async throws {
        for message in messages { try await run(message) }
    }

    private func run(_ message: WireMessage) async throws {
        var next: WireMessage? = message
        var runs = 0
        while let message = next {
            runs += 1
            guard runs <= Self.limit else {
                throw TaskError(.taskFailed, "task \(message.id) asked \(Self.limit) times to be run again")
            }
            next = try await runOnce(message)
        }
        guard propagates, let result = try await results.fetch([message.id])[message.id], result.state != .success,
            result.state.isFinal
        else { return }
        throw TaskError(endOf: result)
    }

    /// Runs a message as a worker does; returns what is to be run in its place.
    private func runOnce(_ message: WireMessage) async throws -> WireMessage? {
        let delivery = EagerDelivery(broker: self)
        var options = WorkerOptions(middleware: middleware)
        options.acceptContent = content.serializers.map(\.name)
        let worker = Worker(registry: registry, client: client(delivery), options: options, logger: logger)
        let receipt = Receipt(id: message.id, token: "eager")
        _ = await worker.process(
            ReceivedMessage(message: message, attempt: 1, receipt: receipt), interruption: Signal())
        switch delivery.end {
        case .replace(let next)?: return next
        case .handOver(let messages)?:
            try await publish(messages)
            return nil
        case .defer?: return message
        case .requeue?, .redeliver?: throw CancellationError()
        case .acknowledge?, .deadLetter?: return nil
        case nil:
            throw TaskError(.backendFailed, "the end of task \(message.id) could not be stored; the log says why")
        }
    }

    func receive(from queues: [String], limit: Int, lease: Duration) async throws -> [ReceivedMessage] {
        throw TaskError(.unsupported, "an eager client has run everything already; no worker can receive from it")
    }
    func settle(_ settlements: [Settlement]) async throws {}
    func extendLease(of receipts: [Receipt], by lease: Duration) async throws -> [Receipt] { [] }
    func depth(of queue: String) async throws -> QueueDepth { QueueDepth() }
    func purge(_ queue: String) async throws -> Int { 0 }
}

/// The broker of one eager run: it remembers how the run was settled.
final class EagerDelivery: Broker {
    private let broker: EagerBroker
    private let settlement = Mutex<Settlement.Disposition?>(nil)

    init(broker: EagerBroker) { self.broker = broker }

    var end: Settlement.Disposition? { settlement.withLock(\.self) }

    func publish(_ messages: [WireMessage]) async throws { try await broker.publish(messages) }
    func settle(_ settlements: [Settlement]) async throws {
        settlement.withLock { $0 = settlements.last?.disposition ?? $0 }
    }
    func receive(from queues: [String], limit: Int, lease: Duration) async throws -> [ReceivedMessage] {
        try await broker.receive(from: queues, limit: limit, lease: lease)
    }
    func extendLease(of receipts: [Receipt], by lease: Duration) async throws -> [Receipt] { [] }
    func depth(of queue: String) async throws -> QueueDepth { QueueDepth() }
    func purge(_ queue: String) async throws -> Int { 0 }
}
