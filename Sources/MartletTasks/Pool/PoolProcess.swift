import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A process of the pool as the worker sees it: runs one job at a time, until it ends or is ended.
///
/// Two threads belong to it, both mostly blocked: one reads what it says, one waits for its end. What it is told is
/// written by a queue. The last one closes the socket.
final class PoolProcess: Sendable {
    /// How the run of a job ended.
    enum Ending: Sendable {
        /// The process says so.
        case finished(PoolResult)
        /// The process ended in the middle of it.
        case lost(ProcessEnd)
        /// The process ended before it began to run it.
        case notStarted(ProcessEnd)
    }

    private struct State {
        var isReady = false
        var isReaped = false
        var isClosed = false
        var end: ProcessEnd?
        var job: (run: JobRun, ending: CheckedContinuation<Ending, Never>)?
        var jobs = 0
    }

    let pid: pid_t
    private let started = ContinuousClock.now
    private let socket: FrameSocket
    private let writing = DispatchQueue(label: "martlet.pool.write")
    private let state = Mutex(State())
    private let ended = Signal<Void>()
    private let onReady: @Sendable (Duration) -> Void
    private let onEnd: @Sendable (PoolProcess, ProcessEnd) -> Void

    /// Starts the process.
    ///
    /// - Parameters:
    ///   - onReady: Called when it waits for jobs, with the time from its start.
    ///   - onEnd: Called when it has ended, before the run of its job is told.
    /// - Throws: ``TaskError`` with code `childFailed`.
    init(
        fingerprint: String, onReady: @escaping @Sendable (Duration) -> Void,
        onEnd: @escaping @Sendable (PoolProcess, ProcessEnd) -> Void
    ) throws(TaskError) {
        let (mine, its) = try FrameSocket.pair()
        do {
            pid = try ProcessSpawn.start(its, fingerprint: fingerprint)
        } catch {
            mine.close()
            its.close()
            throw error
        }
        its.close()
        socket = mine
        self.onReady = onReady
        self.onEnd = onEnd
        let exit = ExitStatus()
        Thread.detachNewThread { self.waitForEnd(exit) }
        Thread.detachNewThread { self.readReplies(exit) }
    }

    /// How many jobs it has run.
    var jobs: Int { state.withLock(\.jobs) }
    /// Whether it has ended.
    var hasEnded: Bool { state.withLock { $0.end != nil } }
    /// Whether it has ever waited for a job.
    var wasReady: Bool { state.withLock(\.isReady) }

    /// Runs a job; returns when it has ended, however that comes about.
    func run(_ job: JobRun) async -> Ending {
        await withCheckedContinuation { continuation in
            let end = state.withLock { state -> ProcessEnd? in
                if let end = state.end { return end }
                state.job = (job, continuation)
                state.jobs += 1
                return nil
            }
            if let end { return continuation.resume(returning: .notStarted(end)) }
            write { $0.write(job.frame) }
        }
    }

    /// Asks it to cancel a job.
    func cancel(_ job: JobRun) { tell(.cancel(job.number), during: job) }

    /// Lets the task of a job know that the worker stops.
    func stop(_ job: JobRun) { tell(.stop, during: job) }

    private func tell(_ request: PoolRequest, during job: JobRun) {
        guard let frame = try? FrameBuffer.frame(request.json) else { return }
        let isRunning = state.withLock { $0.end == nil && $0.job?.run === job }
        if isRunning { write { $0.write(frame) } }
    }

    /// Lets it end when it has nothing to do.
    func retire() { write { $0.endWriting() } }

    /// Ends it at once.
    func kill() {
        state.withLock { state in
            guard !state.isReaped else { return }
            signal(SIGKILL)
        }
    }

    /// Waits until it has ended.
    func waitForExit() async { _ = await ended.wait() }

    private func signal(_ number: Int32) {
        #if canImport(Glibc)
        _ = Glibc.kill(pid, number)
        #elseif canImport(Musl)
        _ = Musl.kill(pid, number)
        #else
        _ = Darwin.kill(pid, number)
        #endif
    }

    /// Writes in order, unless the socket is closed, which this queue does last.
    private func write(_ body: @escaping @Sendable (FrameSocket) -> Void) {
        writing.async { [self] in
            if !state.withLock(\.isClosed) { body(socket) }
        }
    }
}

// MARK: - Its threads

extension PoolProcess {
    /// The end of the process, handed from the thread that waits for it to the one that tells of it.
    private final class ExitStatus: Sendable {
        private let known = DispatchSemaphore(value: 0)
        private let end = Mutex(ProcessEnd.exited(0))

        func set(_ end: ProcessEnd) {
            self.end.withLock { $0 = end }
            known.signal()
        }

        func wait() -> ProcessEnd {
            known.wait()
            return end.withLock(\.self)
        }
    }

    /// Waits for the process before it is reaped, so that ``kill()`` never meets another one with its id.
    private func waitForEnd(_ exit: ExitStatus) {
        var info = siginfo_t()
        while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        var status: Int32 = 0
        state.withLock { state in
            state.isReaped = true
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        }
        // What it has started may hold the other end still; nothing more is to be expected of it.
        socket.endBoth()
        exit.set(ProcessEnd(status: status))
    }

    private func readReplies(_ exit: ExitStatus) {
        // What cannot be read costs this process, and not the worker.
        try? socket.read { frame in try accept(try PoolReply(json: frame)) }
        kill()
        let end = exit.wait()
        let job = state.withLock { state in
            state.end = end
            return state.job.take()
        }
        onEnd(self, end)
        write { socket in
            self.state.withLock { $0.isClosed = true }
            socket.close()
        }
        writing.async { self.ended.set(()) }
        if let job { job.ending.resume(returning: job.run.started.current == nil ? .notStarted(end) : .lost(end)) }
    }

    private func accept(_ reply: PoolReply) throws(TaskError) {
        switch reply {
        case .ready:
            state.withLock { $0.isReady = true }
            onReady(ContinuousClock.now - started)
        case .started(let number): try running(number).run.started.set(())
        case .ended(let number, let result):
            let job = try running(number)
            state.withLock { $0.job = nil }
            job.ending.resume(returning: .finished(result))
        }
    }

    private func running(_ number: Int) throws(TaskError) -> (run: JobRun, ending: CheckedContinuation<Ending, Never>) {
        let job = state.withLock(\.job)
        guard let job, job.run.number == number else {
            throw TaskError(
                .malformedMessage, "a process of the pool speaks of the job \(number), which it does not have")
        }
        return job
    }
}

/// The run of one job in a process of the pool.
final class JobRun: Sendable {
    /// Its number, which Celery shows with the error of a lost worker.
    let number: Int
    /// What the process is told.
    let frame: [UInt8]
    /// Set when the process has begun to run it.
    let started = Signal<Void>()

    init(_ number: Int, _ received: ReceivedMessage) throws(TaskError) {
        self.number = number
        frame = try FrameBuffer.frame(PoolRequest.run(number, received).json)
    }
}
