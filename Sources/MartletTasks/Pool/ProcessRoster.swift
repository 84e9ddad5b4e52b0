/// Which processes of a pool are free, and whether another one may be started.
///
/// The process that was used last is used first, so that the others need not be started when there is little to do.
struct ProcessRoster<Process: AnyObject & Sendable>: Sendable {
    /// What a job is run by.
    enum Choice: Sendable {
        /// By this one, which is free no more.
        case use(Process)
        /// By one that is to be started now, or after a while when others could not start.
        case start(after: Duration)
        /// By none.
        case fail(TaskError)
    }

    /// How many processes in a row may end before they are ready.
    static var maxStartFailures: Int { 5 }

    private(set) var all: [Process] = []
    private(set) var free: [Process] = []
    /// Why no more processes are started.
    private(set) var failure: TaskError?
    private(set) var isClosed = false
    private var startFailures = 0
    private var lastJob = 0

    /// Numbers the jobs, from 1.
    mutating func nextJob() -> Int {
        lastJob += 1
        return lastJob
    }

    mutating func choose() -> Choice {
        if let failure { return .fail(failure) }
        if isClosed { return .fail(TaskError(.childFailed, "the pool is closed, since its worker has stopped")) }
        if let process = free.popLast() { return .use(process) }
        return .start(after: startFailures == 0 ? .zero : .milliseconds(50 << startFailures))
    }

    mutating func add(_ process: Process) { all.append(process) }

    /// Takes back a process that can be used again.
    mutating func giveBack(_ process: Process) {
        if !isClosed, all.contains(where: { $0 === process }) { free.append(process) }
    }

    /// A process waits for its first job: whatever kept others from starting is over.
    mutating func becameReady() { startFailures = 0 }

    mutating func remove(_ process: Process) {
        all.removeAll { $0 === process }
        free.removeAll { $0 === process }
    }

    /// A process has ended before it was ready, or could not be started at all.
    mutating func startFailed(_ what: String) {
        guard !isClosed else { return }
        startFailures += 1
        guard startFailures >= Self.maxStartFailures, failure == nil else { return }
        failure = TaskError(
            .childFailed,
            "\(startFailures) processes of the pool in a row did not get ready for work, the last one: \(what). They are "
                + "this program once more with the same arguments, so its main must come to Worker.run() of a worker "
                + "with the same tasks; see what they wrote to the error output.")
    }

    /// Starts no more processes; returns those that are left.
    mutating func close() -> [Process] {
        isClosed = true
        free = []
        return all
    }
}
