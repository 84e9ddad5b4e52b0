import Foundation

/// How much is measured; from the environment.
///
/// `QUICK=1` tries everything out, its numbers mean little.
struct Settings {
    /// How often everything is measured, by turns; the fastest counts, as noise only slows down.
    let rounds: Int
    let counts: Counts
    /// Which databases are measured on.
    let products: [Product]
    /// Which workloads are measured.
    let workloads: [Workload]
    /// Whether Martlet runs alone, as a profiler wants it.
    let isAlone: Bool
    /// Where the file of SQLite is made.
    let folder: URL
    /// The interpreter that has the peers.
    let python: String
    /// Where the peers' scripts are.
    let peers: String

    init(environment: [String: String] = ProcessInfo.processInfo.environment) {
        let isQuick = environment["QUICK"] == "1"
        rounds = environment["ROUNDS"].flatMap { Int($0) } ?? (isQuick ? 1 : 5)
        counts = isQuick ? .quick : .full
        products = environment["BENCH_PRODUCT"].flatMap(Product.init).map { [$0] } ?? Product.allCases
        workloads =
            environment["BENCH_WORKLOADS"].map { $0.compactMap { Workload(rawValue: String($0)) } } ?? Workload.allCases
        isAlone = environment["BENCH_ALONE"] == "1"
        folder = URL(fileURLWithPath: environment["BENCH_FOLDER"] ?? ".build/bench-orm")
        python = environment["BENCH_PYTHON"] ?? "python3"
        peers = environment["BENCH_PEERS"] ?? "Benchmarks/peers"
    }
}

/// What keeps the data.
enum Product: String, CaseIterable {
    case sqlite
    case postgresql

    var name: String { self == .sqlite ? "SQLite" : "PostgreSQL" }
}
