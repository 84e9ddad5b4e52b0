import Foundation

/// Measures Martlet, Huey and the floor by turns, so that all meet the same noise, and tells the medians.
struct TaskBenchmark {
    /// The rows, in the order they are told.
    enum Row: String, CaseIterable {
        case enqueue = "enqueue, one by one (tasks/s)"
        case bulk = "enqueue, in one call (tasks/s)"
        case transaction = "enqueue, in a transaction each (tasks/s)"
        case drain = "drain, results off (tasks/s)"
        case drainStored = "drain, results on (tasks/s)"
        case drainDefault = "drain, results off, 8 at once (tasks/s)"
        case coldStart = "cold start to first task (ms)"
        case roundTripMedian = "call to result in hand, p50 (ms)"
        case roundTripTail = "call to result in hand, p99 (ms)"
    }

    enum Peer: String, CaseIterable {
        case martlet = "Martlet"
        case huey = "Huey"
        case floor = "floor"
    }

    let settings: Settings
    private var samples: [Row: [Peer: Samples]] = [:]

    init(settings: Settings) { self.settings = settings }

    mutating func run() async throws {
        try? FileManager.default.removeItem(at: settings.folder)
        for repetition in 1...settings.repetitions {
            tell("round \(repetition) of \(settings.repetitions)")
            try await measureOnce()
        }
        tell("memory over \(settings.memoryTasks) tasks")
        let memory = try await MartletPeer(settings: settings).memory()
        try? FileManager.default.removeItem(at: settings.folder)
        Report(settings: settings, samples: samples, memory: memory).print()
    }

    private mutating func measureOnce() async throws {
        add(.enqueue, .martlet, try await martlet().enqueue())
        add(.enqueue, .huey, try huey().enqueue())
        add(.enqueue, .floor, try floor().insert(settings.enqueueTasks, batch: 1))
        add(.bulk, .martlet, try await martlet().enqueueInBulk())
        add(.bulk, .floor, try floor().insert(settings.bulkSize, batch: settings.bulkSize))
        add(.transaction, .martlet, try await martlet().enqueueInTransactions())
        for (row, stores) in [(Row.drain, false), (.drainStored, true)] {
            add(row, .martlet, try await martlet().drain(storingResults: stores, concurrency: settings.concurrency))
            add(row, .huey, try await huey().drain(storingResults: stores))
            add(row, .floor, try floor().drain(storingResults: stores))
        }
        add(.drainDefault, .martlet, try await martlet().drain(storingResults: false, concurrency: nil))
        add(.coldStart, .martlet, try await martlet().coldStart())
        add(.coldStart, .huey, try await huey().coldStart())
        addRoundTrips(.martlet, try await martlet().roundTrips())
        addRoundTrips(.huey, try huey().roundTrips())
    }

    private func martlet() throws -> MartletPeer { try MartletPeer(settings: settings) }
    private func huey() throws -> HueyPeer { try HueyPeer(settings: settings) }
    private func floor() throws -> Floor { try Floor(settings: settings) }

    private mutating func add(_ row: Row, _ peer: Peer, _ value: Double) {
        samples[row, default: [:]][peer, default: Samples()].add(value)
    }

    private mutating func addRoundTrips(_ peer: Peer, _ milliseconds: [Double]) {
        var round = Samples()
        round.add(milliseconds)
        if let median = round.median { add(.roundTripMedian, peer, median) }
        if let tail = round.percentile(99) { add(.roundTripTail, peer, tail) }
    }

    /// Tells how far it is, beside the report.
    private func tell(_ line: String) { FileHandle.standardError.write(Data("bench-tasks: \(line)\n".utf8)) }
}
