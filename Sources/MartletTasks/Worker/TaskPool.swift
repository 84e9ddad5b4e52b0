/// Where tasks run: ``Running`` in this process, a pool of processes elsewhere.
protocol TaskPool: Sendable {
    /// Runs a task and returns its result or error; the worker calls it for what it has admitted.
    ///
    /// `interruption` cancels the run, and tells afterwards why it was cancelled: the pool sets it when a time limit is
    /// over, the worker when it stops or the task is revoked.
    func run(_ job: Job, interruption: Signal<Interruption>) async -> Result<JSONValue, any Error>

    /// Whether a run has ended when its hard time limit is over, whatever it does; else see ``HardTimeLimit``.
    var endsRunsAtTheirTimeLimit: Bool { get }

    /// Whether a run that kills its process leaves the other runs and the worker alone; else see ``LastAttempts``.
    var isolatesRuns: Bool { get }

    /// Why it can run nothing more; the worker stops then, and ends with it. The job it was given is handed back.
    var failure: TaskError? { get }

    /// Told when the worker will run more or fewer tasks at once than before; it may let go of what it does not need.
    func resize(to size: Int)

    /// Ends what it has started; the worker calls it last, when what ran has ended or is given up.
    func close() async
}

extension TaskPool {
    var endsRunsAtTheirTimeLimit: Bool { true }
    var isolatesRuns: Bool { true }
    var failure: TaskError? { nil }
    func resize(to size: Int) {}
    func close() async {}
}
