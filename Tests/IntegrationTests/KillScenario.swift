/// What a round of the kill tests is made of.
struct KillScenario: Sendable {
    /// About how many tasks it runs.
    var tasks: Int
    /// Further arguments of the workers, which choose a pool of processes.
    var pool: [String] = []
    /// Whether results are in a file of their own, so that nothing is one transaction with the end of a delivery.
    var hasResultsApart = false
    /// A defect planted in the processes.
    var defect: String?
    /// The one kind of step after which processes are killed; `nil` for all.
    var killsAt: String?
    /// Whether the kill comes in the midst of its step, and not some milliseconds later.
    var isExact = false
    /// How long is waited for a task, in seconds.
    var patience = 60

    /// The scenario of a round: every fifth has a pool of processes, every second of the others has results apart.
    init(seed: Int, tasks: Int) {
        self.tasks = tasks
        if seed % 5 == 0 {
            pool = ["processes"]
        } else {
            hasResultsApart = seed % 2 == 0
        }
    }

    /// How many tasks run at once in a worker.
    var concurrency: Int { pool.isEmpty ? 8 : 2 }
}
