import Foundation
import MartletORM
import MartletSQLite
import MartletTasks

/// Martlet on one SQLite file: this process is the client, the worker is a child.
struct MartletPeer {
    let settings: Settings
    private let database: String
    private let hits: Hits

    /// Begins with a new file.
    init(settings: Settings) throws {
        self.settings = settings
        let files = try BenchmarkFiles(folder: settings.folder, name: "martlet")
        database = files.database
        hits = Hits(path: files.hits)
    }

    func worker(concurrency: Int? = nil) throws -> ChildProcess {
        let executable = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return try ChildProcess([executable, "worker", database, hits.path] + (concurrency.map { ["\($0)"] } ?? []))
    }

    static func noop(_ number: Int) -> Signature<Void> {
        Signature(task: "noop", arguments: [number], options: BenchmarkWorker.noop)
    }

    static func echo(_ number: Int) -> Signature<Int> { Signature(task: "echo", arguments: [number]) }

    /// Fills the queue by calls of up to 20 000 tasks.
    static func fill(_ client: TaskClient, _ count: Int, storingResults: Bool) async throws {
        for start in stride(from: 0, to: count, by: 20_000) {
            let numbers = start..<min(count, start + 20_000)
            if storingResults {
                try await client.enqueue(group(numbers.map(echo)))
            } else {
                try await client.enqueue(group(numbers.map(noop)))
            }
        }
    }
}

// MARK: - What is measured

extension MartletPeer {
    private func fill(_ count: Int, storingResults: Bool) async throws {
        try await Self.fill(TaskClient.bench(database), count, storingResults: storingResults)
    }

    /// Tasks a second, enqueued one by one.
    func enqueue() async throws -> Double {
        let client = try TaskClient.bench(database)
        return try await Self.rate(settings.enqueueTasks) {
            for number in 0..<settings.enqueueTasks { try await client.enqueue(Self.noop(number)) }
        }
    }

    /// Tasks a second, enqueued by one call.
    func enqueueInBulk() async throws -> Double {
        let client = try TaskClient.bench(database)
        return try await Self.rate(settings.bulkSize) {
            try await client.enqueue(group((0..<settings.bulkSize).map(Self.noop)))
        }
    }

    /// Transactions a second, each of which enqueues a task.
    func enqueueInTransactions() async throws -> Double {
        _ = try TaskClient.bench(database)
        let database = try SQLiteDatabase.open(path: database)
        return try await Self.rate(settings.enqueueTasks) {
            for number in 0..<settings.enqueueTasks {
                try await database.transaction { tx in _ = try await tx.enqueue(Self.noop(number)) }
            }
        }
    }

    /// Tasks a second through one worker process that finds them waiting.
    func drain(storingResults: Bool, concurrency: Int?) async throws -> Double {
        try await fill(settings.drainTasks, storingResults: storingResults)
        let worker = try worker(concurrency: concurrency)
        try await hits.wait(for: settings.drainTasks)
        worker.stop()
        return hits.rate
    }

    /// Milliseconds from a call to its result in hand, one call at a time.
    func roundTrips() async throws -> [Double] {
        let client = try TaskClient.bench(database)
        let worker = try worker()
        for number in 0..<20 { _ = try await client.enqueue(Self.echo(number)).value() }
        var samples: [Double] = []
        for number in 0..<settings.roundTrips {
            let start = Hits.now
            _ = try await client.enqueue(Self.echo(number)).value()
            samples.append(Double(Hits.now - start) / 1e6)
        }
        worker.stop()
        return samples
    }

    /// Milliseconds from the start of the worker to its first task.
    func coldStart() async throws -> Double {
        try await fill(1, storingResults: false)
        let start = Hits.now
        let worker = try worker()
        try await hits.wait(for: 1)
        worker.stop()
        return Double((hits.times.first ?? 0) - start) / 1e6
    }

    /// The worker's memory: idle, and after each tenth of the tasks.
    func memory() async throws -> MemoryUse {
        let worker = try worker()
        try await Task.sleep(for: .seconds(2))
        var use = MemoryUse(idle: worker.memory, threads: Int(worker.threads))
        let tenth = settings.memoryTasks / 10
        for part in 1...10 {
            try await fill(tenth, storingResults: part.isMultiple(of: 2))
            try await hits.wait(for: part * tenth)
            use.afterTenths.append(worker.memory)
        }
        try await Task.sleep(for: .seconds(1))
        use.idleAfterwards = worker.memory
        use.peak = worker.peakMemory
        worker.stop()
        return use
    }

    private static func rate(_ count: Int, _ body: () async throws -> Void) async rethrows -> Double {
        let start = Hits.now
        try await body()
        return Double(count) / (Double(Hits.now - start) / 1e9)
    }
}

/// What a worker's memory was, in MB.
struct MemoryUse {
    var idle: Double
    var threads: Int
    var afterTenths: [Double] = []
    var idleAfterwards = 0.0
    var peak = 0.0

    /// The last tenth of the tasks over the first: 1 is flat.
    var growth: Double { (afterTenths.last ?? 0) / (afterTenths.first ?? 1) }
}

/// The files of one measurement, made anew.
struct BenchmarkFiles {
    let database: String
    let hits: String

    init(folder: URL, name: String) throws {
        let own = folder.appendingPathComponent("\(name)-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
        database = own.appendingPathComponent("tasks.sqlite").path
        hits = own.appendingPathComponent("hits").path
    }
}
