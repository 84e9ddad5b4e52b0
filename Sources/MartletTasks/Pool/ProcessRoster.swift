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

    /// Those that run jobs or can.
    private(set) var all: [Process] = []
    /// Those that were asked to end and have not yet.
    private var leaving: [Process] = []
    private(set) var free: [Process] = []
    /// Why no more processes are started.
    private(set) var failure: TaskError?
    private(set) var isClosed = false
    private var startFailures = 0
    private var lastJob = 0
    /// How many are needed at most; `nil` for as many as there are jobs at once.
    private var size: Int?

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

    /// Whether a process may take the place of one that has ended.
    var hasRoom: Bool { !isClosed && failure == nil && (size.map { all.count < $0 } ?? true) }

    /// Takes back a process that can be used again; `false` when it is not needed any more and is to end.
    mutating func giveBack(_ process: Process) -> Bool {
        guard all.contains(where: { $0 === process }) else { return true }
        if let size, all.count > size {
            retire(process)
            return false
        }
        if !isClosed { free.append(process) }
        return true
    }

    /// A process is asked to end.
    mutating func retire(_ process: Process) {
        guard all.contains(where: { $0 === process }) else { return }
        all.removeAll { $0 === process }
        free.removeAll { $0 === process }
        leaving.append(process)
    }

    /// Says how many are needed; returns the idle ones beyond that, which are to end: the longest idle first.
    mutating func resize(to size: Int) -> [Process] {
        self.size = size
        let idle = Array(free.prefix(max(0, all.count - size)))
        for process in idle { retire(process) }
        return idle
    }

    /// A process waits for its first job: whatever kept others from starting is over.
    mutating func becameReady() { startFailures = 0 }

    mutating func remove(_ process: Process) {
        all.removeAll { $0 === process }
        free.removeAll { $0 === process }
        leaving.removeAll { $0 === process }
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
        return all + leaving
    }
}
