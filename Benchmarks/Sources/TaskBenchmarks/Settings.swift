import Foundation

/// How much is measured; from the environment.
///
/// `QUICK=1` tries everything out in seconds, its numbers mean little. `SOAK=1` watches memory over a million tasks.
struct Settings {
    /// How often each row is measured; its median counts.
    let repetitions: Int
    /// How many tasks a drain of Martlet and of the floor has.
    let drainTasks: Int
    /// How many tasks a drain of Huey has.
    let hueyDrainTasks: Int
    /// How many are enqueued one by one.
    let enqueueTasks: Int
    /// How many are enqueued by one call.
    let bulkSize: Int
    /// How many round trips are made at most, and for how long.
    let roundTrips: Int
    let roundTripSeconds = 4.0
    /// Over how many tasks memory is watched.
    let memoryTasks: Int
    /// How many tasks the worker runs at once in the drains, and the batch of the floor.
    let concurrency: Int
    /// Where databases are made.
    let folder: URL
    /// The interpreter that has Huey.
    let python: String
    /// Where the peers' scripts are.
    let peers: String

    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        let isQuick = environment["QUICK"] == "1"
        repetitions = environment["REPETITIONS"].flatMap { Int($0) } ?? (isQuick ? 1 : 5)
        drainTasks = isQuick ? 5_000 : 30_000
        hueyDrainTasks = isQuick ? 1_000 : 3_000
        enqueueTasks = isQuick ? 500 : 2_000
        bulkSize = isQuick ? 5_000 : 20_000
        roundTrips = isQuick ? 200 : 1_000
        memoryTasks = environment["SOAK"] == "1" ? 1_000_000 : isQuick ? 20_000 : 100_000
        concurrency = environment["CONCURRENCY"].flatMap { Int($0) } ?? 100
        folder = URL(fileURLWithPath: environment["BENCH_FOLDER"] ?? ".build/bench")
        python = environment["BENCH_PYTHON"] ?? "python3"
        peers = environment["BENCH_PEERS"] ?? "Benchmarks/peers"
    }
}
