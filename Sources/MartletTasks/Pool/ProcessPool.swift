import Logging
import Synchronization

/// Runs each task in one of several processes, so that what a task does to its process, it does not do to the worker.
///
/// Processes are started when there is something to do and kept for the next task. One that has ended in the middle of a
/// task, or has had its share, is replaced at once, so that the next task need not wait for the start.
final class ProcessPool: TaskPool {
    private let limits: WorkerPool.ProcessLimits
    private let fingerprint: String
    private let time: TimeSource
    private let logger: Logger
    private let roster = Mutex(ProcessRoster<PoolProcess>())

    init(limits: WorkerPool.ProcessLimits, registry: TaskRegistry, time: TimeSource, logger: Logger) {
        self.limits = limits
        self.fingerprint = PoolChild.fingerprint(of: registry)
        self.time = time
        self.logger = logger
    }

    /// Why it runs no more tasks.
    var failure: TaskError? { roster.withLock(\.failure) }

    /// It kills a process at the hard time limit, which begins when the process begins to run the task.
    var endsRunsAtTheirTimeLimit: Bool { true }

    func run(_ job: Job, interruption: Signal<Interruption>) async -> Result<JSONValue, any Error> {
        do {
            let run = try JobRun(roster.withLock { $0.nextJob() }, job.received)
            while interruption.current == nil {
                let process = try await freeProcess()
                if let result = await result(of: run, for: job, on: process, interruption) { return result }
            }
            return .failure(CancellationError())
        } catch {
            if failure != nil { interruption.set(.shutdown) }
            return .failure(error)
        }
    }

    /// Lets go of processes that are not needed for so many tasks at once: idle ones now, others when they get idle.
    func resize(to size: Int) {
        for process in roster.withLock({ $0.resize(to: size) }) { process.retire() }
    }

    /// Lets all processes end.
    func close() async {
        let processes = roster.withLock { $0.close() }
        for process in processes { process.retire() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                try? await self.time.sleep(for: self.limits.endTimeout)
                for process in processes { process.kill() }
            }
            for process in processes { await process.waitForExit() }
            group.cancelAll()
        }
    }
}

// MARK: - Jobs

extension ProcessPool {
    /// Runs a job on a process; `nil` when the process had ended before it began.
    private func result(
        of run: JobRun, for job: Job, on process: PoolProcess, _ interruption: Signal<Interruption>
    ) async -> Result<JSONValue, any Error>? {
        let kill = Signal<Kill>()
        let ending = await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.supervise(run, of: job, on: process, interruption, kill) }
            let ending = await withTaskCancellationHandler {
                await process.run(run)
            } onCancel: {
                process.kill()
            }
            group.cancelAll()
            return ending
        }
        switch ending {
        case .finished(let result):
            job.run.add(children: result.children)
            if let trace = result.trace { job.run.note(trace: trace) }
            release(process, memory: result.memory)
            return result.result
        case .notStarted:
            return Task.isCancelled ? .failure(CancellationError()) : nil
        case .lost(let end):
            replace()
            if case .timeLimit(let seconds)? = kill.current { return .failure(PoolError.timeLimit(seconds)) }
            let isOurs = kill.current != nil || Task.isCancelled
            return .failure(isOurs ? CancellationError() : PoolError.lost(end, job: run.number))
        }
    }

    /// Why the worker has killed a process in the middle of a job.
    private enum Kill: Sendable {
        case timeLimit(Double)
        /// It was cancelled, and did not end.
        case deaf
    }

    /// Ends the run early: at a time limit, or when it is interrupted.
    private func supervise(
        _ run: JobRun, of job: Job, on process: PoolProcess, _ interruption: Signal<Interruption>,
        _ kill: Signal<Kill>
    ) async {
        guard await isStarted(run) else { return Task.isCancelled ? () : process.kill() }
        await withTaskGroup(of: Void.self) { group in
            if let hard = job.timeLimit {
                group.addTask {
                    guard (try? await self.time.sleep(for: .seconds(hard))) != nil else { return }
                    kill.set(.timeLimit(hard))
                    process.kill()
                }
            }
            if let soft = job.softTimeLimit {
                group.addTask {
                    guard (try? await self.time.sleep(for: .seconds(soft))) != nil else { return }
                    interruption.set(.softTimeLimit(soft))
                }
            }
            group.addTask {
                if await job.run.stopping.wait() != nil { process.stop(run) }
            }
            group.addTask {
                guard let reason = await interruption.wait() else { return }
                process.cancel(run)
                if case .softTimeLimit = reason { return }
                guard (try? await self.time.sleep(for: self.limits.endTimeout)) != nil else { return }
                kill.set(.deaf)
                process.kill()
            }
        }
    }

    /// Waits until the process has begun; `false` when it takes too long.
    private func isStarted(_ run: JobRun) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { await run.started.wait() != nil }
            group.addTask {
                try? await self.time.sleep(for: self.limits.startTimeout)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() == true
        }
    }
}

// MARK: - Processes

extension ProcessPool {
    private func freeProcess() async throws -> PoolProcess {
        while true {
            switch roster.withLock({ $0.choose() }) {
            case .use(let process): return process
            case .fail(let error): throw error
            case .start(let delay):
                if delay > .zero { try await time.sleep(for: delay) }
                if let process = start() { return process }
            }
        }
    }

    /// Starts a process, or makes a note that it cannot be.
    private func start() -> PoolProcess? {
        do {
            let process = try PoolProcess(
                fingerprint: fingerprint,
                onReady: { [weak self] in self?.becameReady(after: $0) },
                onEnd: { [weak self] in self?.ended($0, $1) })
            roster.withLock { $0.add(process) }
            if process.hasEnded { roster.withLock { $0.remove(process) } }
            return process
        } catch {
            logger.error("a process of the pool could not be started", metadata: ["error": "\(error)"])
            roster.withLock { $0.startFailed("\(error)") }
            return nil
        }
    }

    private func becameReady(after duration: Duration) {
        roster.withLock { $0.becameReady() }
        logger.debug("process of the pool ready", metadata: ["after_ms": "\(Int(duration.inSeconds * 1000))"])
    }

    private func ended(_ process: PoolProcess, _ end: ProcessEnd) {
        roster.withLock { roster in
            roster.remove(process)
            if !process.wasReady { roster.startFailed("\(end)") }
        }
        guard end != .exited(0) else { return }
        logger.warning("process of the pool ended", metadata: ["pid": "\(process.pid)", "end": "\(end)"])
    }

    /// Keeps the process for the next job, or another one in its place when it has had its share.
    private func release(_ process: PoolProcess, memory: Int) {
        guard limits.isSpent(jobs: process.jobs, memory: memory) else {
            if !roster.withLock({ $0.giveBack(process) }) { process.retire() }
            return
        }
        logger.debug(
            "process of the pool replaced",
            metadata: ["pid": "\(process.pid)", "jobs": "\(process.jobs)", "memory": "\(memory)"])
        roster.withLock { $0.retire(process) }
        process.retire()
        replace()
    }

    private func replace() {
        guard roster.withLock(\.hasRoom), let process = start() else { return }
        if !roster.withLock({ $0.giveBack(process) }) { process.retire() }
    }
}
