import Foundation

/// Huey on one SQLite file, with durable writes and the two worker processes with which it is fastest here.
struct HueyPeer {
    let settings: Settings
    private let hits: Hits
    private let environment: [String: String]

    /// Begins with a new file.
    init(settings: Settings) throws {
        self.settings = settings
        let files = try BenchmarkFiles(folder: settings.folder, name: "huey")
        hits = Hits(path: files.hits)
        environment = [
            "BENCH_DATABASE": files.database, "BENCH_HITS": files.hits, "PYTHONPATH": settings.peers,
            "PYTHONDONTWRITEBYTECODE": "1",
        ]
    }

    private func worker() throws -> ChildProcess {
        let consumer = URL(fileURLWithPath: settings.python).deletingLastPathComponent().appendingPathComponent(
            "huey_consumer"
        ).path
        return try ChildProcess(
            [consumer, "huey_tasks.huey", "-w", "2", "-k", "process", "-q"], environment: environment)
    }

    /// What the client prints.
    private struct Measurement: Decodable {
        var seconds: Double?
        var samples: [Double]?
    }

    private func client(_ operation: String, _ count: Int) throws -> Measurement {
        let command = [
            settings.python, "\(settings.peers)/huey_client.py", operation, "\(count)",
            "\(settings.roundTripSeconds)",
        ]
        return try JSONDecoder().decode(
            Measurement.self, from: ChildProcess.output(command, environment: environment))
    }

    /// Tasks a second, enqueued one by one; Huey has no other way.
    func enqueue() throws -> Double {
        Double(settings.enqueueTasks) / (try client("enqueue", settings.enqueueTasks).seconds ?? .infinity)
    }

    func drain(storingResults: Bool) async throws -> Double {
        _ = try client(storingResults ? "enqueue-results" : "enqueue", settings.hueyDrainTasks)
        let worker = try worker()
        try await hits.wait(for: settings.hueyDrainTasks)
        worker.stop()
        return hits.rate
    }

    /// Milliseconds from a call to its result in hand, one call at a time.
    func roundTrips() throws -> [Double] {
        let worker = try worker()
        let samples = try client("round-trip", settings.roundTrips).samples ?? []
        worker.stop()
        return samples.dropFirst().map { $0 * 1000 }
    }

    func coldStart() async throws -> Double {
        _ = try client("enqueue", 1)
        let start = Hits.now
        let worker = try worker()
        try await hits.wait(for: 1)
        worker.stop()
        return Double((hits.times.first ?? 0) - start) / 1e6
    }
}
