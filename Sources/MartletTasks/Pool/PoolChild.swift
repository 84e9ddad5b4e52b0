import Foundation
import Logging
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// This process as one of a pool: it runs what its worker, which has started it, tells it to.
///
/// It ends when the worker closes the socket, or is gone however that came about: a thread that does nothing else waits
/// for it, whatever the tasks do.
final class PoolChild: Sendable {
    /// What this process is, if a pool has started it; decided when first asked, before any task runs.
    static let current: PoolChild? = fromEnvironment()

    private struct State {
        var isServing = false
        var running: (job: Int, interruption: Signal<Interruption>)?
        var cancelled: Int?
    }

    private let socket: FrameSocket
    private let fingerprint: String
    private let stopping = Signal<Void>()
    private let state = Mutex(State())

    private init(socket: FrameSocket, fingerprint: String) {
        self.socket = socket
        self.fingerprint = fingerprint
    }

    /// By what a worker in this process is recognised as the one that the pool belongs to.
    static func fingerprint(of registry: TaskRegistry) -> String {
        let hash = registry.names.joined(separator: "\n").utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        return String(hash, radix: 16)
    }

    /// The programs that tasks start are not of the pool, so they inherit neither variable nor socket.
    private static func fromEnvironment() -> PoolChild? {
        guard let text = getenv(ProcessSpawn.variable).map({ String(cString: $0) }) else { return nil }
        unsetenv(ProcessSpawn.variable)
        let parts = text.split(separator: ",")
        guard parts.count == 2, let descriptor = Int32(parts[0]) else { return nil }
        let socket = FrameSocket(descriptor: descriptor)
        guard socket.isOpen else { return nil }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return PoolChild(socket: socket, fingerprint: String(parts[1]))
    }
}

// MARK: - Serving

extension PoolChild {
    /// Runs jobs until the process ends; another worker than the one the pool belongs to does nothing.
    ///
    /// Signals that are meant for the whole group are the worker's business, which tells this process what to do.
    func serve(_ registry: TaskRegistry, _ running: Running) async {
        let isMine = state.withLock { state in
            guard !state.isServing, fingerprint == Self.fingerprint(of: registry) else { return false }
            state.isServing = true
            return true
        }
        guard isMine else {
            _ = await Signal<Void>().wait()
            return
        }
        signal(SIGTERM, SIG_IGN)
        signal(SIGINT, SIG_IGN)
        signal(SIGQUIT, SIG_IGN)
        signal(SIGHUP, SIG_IGN)
        signal(SIGUSR1, SIG_IGN)
        let (jobs, feed) = AsyncStream<(Int, ReceivedMessage)>.makeStream()
        Thread.detachNewThread { self.listen(feed) }
        say(PoolReply.readyJSON)
        for await (number, received) in jobs { await run(number, received, registry, running) }
    }

    private func run(_ number: Int, _ received: ReceivedMessage, _ registry: TaskRegistry, _ running: Running) async {
        let interruption = Signal<Interruption>()
        let isCancelled = state.withLock { state in
            state.running = (number, interruption)
            return state.cancelled == number
        }
        if isCancelled { interruption.set(.shutdown) }
        say(PoolReply.json(started: number))
        var result = PoolResult(result: .failure(CancellationError()), memory: 0)
        switch Decoding(registry: registry, content: running.content, stopping: stopping).decode(received) {
        case .next(let job):
            let job = job.withoutTimeLimits(stopping: stopping)
            result.result = await running.run(job, interruption: interruption)
            result.children = job.run.children
            result.trace = job.run.trace
        case .end(.failed(let failure, _)):
            result.result = .failure(PoolError(kind: .thrown(type: ""), failure: failure))
        case .end: break
        }
        state.withLock { $0.running = nil }
        result.memory = ResidentMemory.bytes
        if !say(PoolReply.json(ended: number, result)) {
            let error = TaskError(
                .messageTooLarge,
                "the result is larger than the \(FrameBuffer.limit) bytes a process of the pool can hand on; store it and "
                    + "return a reference instead")
            result.result = .failure(error)
            say(PoolReply.json(ended: number, result))
        }
    }

    @discardableResult
    private func say(_ reply: JSONValue) -> Bool {
        guard let frame = try? FrameBuffer.frame(reply) else { return false }
        // A task may have closed what it did not open; the worker learns of the end of this process at least.
        if !socket.write(frame) { _exit(70) }
        return true
    }

    private func listen(_ feed: AsyncStream<(Int, ReceivedMessage)>.Continuation) {
        try? socket.read { frame in
            switch try PoolRequest(json: frame) {
            case .run(let job, let received): feed.yield((job, received))
            case .cancel(let job): cancel(job)
            case .stop: stopping.set(())
            }
        }
        // A task that still runs has no one to report to, and another worker will run it again.
        if state.withLock({ $0.running == nil }) { fflush(nil) }
        _exit(0)
    }

    private func cancel(_ job: Int) {
        let interruption = state.withLock { state in
            state.cancelled = job
            return state.running?.job == job ? state.running?.interruption : nil
        }
        interruption?.set(.shutdown)
    }
}

extension Job {
    /// The job for a process whose worker keeps its time.
    fileprivate func withoutTimeLimits(stopping: Signal<Void>) -> Job {
        var options = definition.options
        options.timeLimit = nil
        options.softTimeLimit = nil
        var message = message
        message.headers.timeLimit = .init()
        let definition = TaskDefinition(
            definition.name, parameters: definition.parameters, options: options, body: definition.body)
        return Job(received: received, message: message, definition: definition, stopping: stopping)
    }
}
