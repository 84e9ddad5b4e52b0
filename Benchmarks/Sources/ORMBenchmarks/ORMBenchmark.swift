import CAllocations
import Foundation

/// Measures Martlet and its peers by turns on the same rows.
struct ORMBenchmark {
    /// In the order of the table's columns.
    enum Peer: String, CaseIterable {
        case martlet = "Martlet"
        case django = "Django"
        case sqlAlchemy = "SQLAlchemy"
        case driver = "Python driver"
        case grdb = "GRDB"
        case floor = "C interface"

        var module: String? {
            switch self {
            case .django: "django_peer"
            case .sqlAlchemy: "sqlalchemy_peer"
            case .driver: "driver_peer"
            case .martlet, .grdb, .floor: nil
            }
        }
    }

    let settings: Settings

    /// Measures everything; off the main thread, where a server's work is too.
    @concurrent func run() async throws {
        var targets: [String] = []
        for product in settings.products {
            tell("\(product.name): making the rows")
            let store = try await Store.make(product, in: settings.folder)
            var report = Report(product: product)
            for round in 1...settings.rounds {
                tell("\(product.name): round \(round) of \(settings.rounds)")
                try await measure(store, &report)
            }
            try await store.close()
            report.print()
            targets += report.targets
        }
        try? FileManager.default.removeItem(at: settings.folder)
        print(targets.joined(separator: "\n"))
        if targets.contains(where: { $0.contains("-allocations ") && $0.hasSuffix("missed") }) { exit(1) }
    }

    private func measure(_ store: Store, _ report: inout Report) async throws {
        let martlet = MartletPeer(database: store.database, counts: settings.counts)
        for workload in settings.workloads {
            report.add(
                .martlet, workload,
                try await time {
                    try await martlet.prepare(workload)
                } run: {
                    try await martlet.run(workload)
                })
        }
        if settings.isAlone { return }
        try await measureFloors(store, &report)
        for peer in Peer.allCases {
            guard let module = peer.module else { continue }
            let (version, results) = try PythonPeer(settings: settings, module: module).run(store)
            report.versions[peer] = version
            for (workload, result) in results { report.add(peer, workload, result) }
        }
    }

    private func measureFloors(_ store: Store, _ report: inout Report) async throws {
        guard store.product == .sqlite else {
            let floor = try PostgresFloor(url: store.location, counts: settings.counts)
            for workload in settings.workloads {
                report.add(.floor, workload, try await time(run: { try floor.run(workload) }))
            }
            return
        }
        let grdb = try GRDBPeer(path: store.location, counts: settings.counts)
        let floor = try SQLiteFloor(path: store.location, counts: settings.counts)
        for workload in settings.workloads {
            report.add(.grdb, workload, try await time(run: { try await grdb.run(workload) }))
            report.add(.floor, workload, try await time(run: { try floor.run(workload) }))
        }
    }

    /// Runs once to warm up and once more to be measured; `nil` where the peer has no such workload.
    private func time(
        prepare: () async throws -> Void = {}, run: () async throws -> Int?
    ) async throws -> Measurement? {
        try await prepare()
        guard try await run() != nil else { return nil }
        try await prepare()
        let allocations = allocations_count()
        let start = ContinuousClock.now
        let rows = try await run() ?? 0
        let seconds = start.duration(to: .now) / .seconds(1)
        return Measurement(seconds: seconds, rows: rows, allocations: Int(allocations_count() - allocations))
    }

    /// Tells how far it is, beside the report.
    private func tell(_ line: String) { FileHandle.standardError.write(Data("bench-orm: \(line)\n".utf8)) }
}
