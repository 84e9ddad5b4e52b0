/// The table of one database, and whether the targets are met.
struct Report {
    let product: Product
    var versions: [ORMBenchmark.Peer: String] = [:]
    private var best: [Workload: [ORMBenchmark.Peer: Measurement]] = [:]

    init(product: Product) { self.product = product }

    /// Keeps the fastest run; all runs of a workload must give the same rows.
    mutating func add(_ peer: ORMBenchmark.Peer, _ workload: Workload, _ measured: Measurement?) {
        guard let measured else { return }
        if let known = best[workload]?[peer], known.seconds <= measured.seconds { return }
        best[workload, default: [:]][peer] = measured
    }

    func print() {
        let peers = ORMBenchmark.Peer.allCases.filter { peer in best.values.contains { $0[peer] != nil } }
        let others = peers.dropFirst()
        let names = others.map { versions[$0] ?? $0.rawValue }
        Swift.print("\n\(product.name), rows a second\n")
        line(["", "Martlet"] + names + names.map { "Martlet / \($0)" })
        line(["---"] + Array(repeating: "---:", count: 1 + 2 * others.count))
        for workload in Workload.allCases {
            let rates = peers.map { best[workload]?[$0].map { Self.number($0.rate) } ?? "" }
            let ratios = others.map { ratio(workload, to: $0).map(Self.number) ?? "" }
            line([workload.title] + rates + ratios)
        }
        for workload in Workload.allCases where !agrees(workload) {
            Swift.print("The peers do not have the same rows in workload (\(workload.rawValue)).")
        }
    }

    var targets: [String] {
        Workload.allCases.flatMap { workload in
            [
                target(workload, "django", .django, 8), target(workload, "sqlalchemy", .sqlAlchemy, 5),
                target(workload, "driver", .driver, 1), target(workload, "grdb", .grdb, 1 / 1.5),
                allocations(workload),
            ].compactMap(\.self)
        }
    }

    /// The line of a target; none where the peer has no such workload.
    private func target(_ workload: Workload, _ name: String, _ peer: ORMBenchmark.Peer, _ goal: Double) -> String? {
        guard let measured = ratio(workload, to: peer) else { return nil }
        let verdict = measured >= goal && agrees(workload) ? "met" : "missed"
        return "TARGET \(product.rawValue)-\(workload.rawValue)-to-\(name) goal \(Self.number(goal)) "
            + "measured \(Self.number(measured)) \(verdict)"
    }

    /// The line of Martlet's allocations for a row, which do not depend on how busy the machine is.
    private func allocations(_ workload: Workload) -> String? {
        guard let own = best[workload]?[.martlet], let count = own.allocations, count > 0 else { return nil }
        let limit = AllocationLimits.limit(product, workload)
        let measured = Double(count) / Double(max(1, own.rows))
        return "TARGET \(product.rawValue)-\(workload.rawValue)-allocations goal \(Self.number(limit)) "
            + "measured \(Self.number(measured)) \(measured <= limit ? "met" : "missed")"
    }

    private func agrees(_ workload: Workload) -> Bool { Set((best[workload] ?? [:]).values.map(\.rows)).count <= 1 }

    private func ratio(_ workload: Workload, to peer: ORMBenchmark.Peer) -> Double? {
        guard let own = best[workload]?[.martlet], let other = best[workload]?[peer] else { return nil }
        return own.rate / other.rate
    }

    private func line(_ cells: [String]) { Swift.print("| \(cells.joined(separator: " | ")) |") }

    /// Three digits that count.
    private static func number(_ value: Double) -> String {
        if value >= 100 { return "\(Int(value.rounded()))" }
        let scale = value >= 10 ? 10.0 : 100.0
        return "\((value * scale).rounded() / scale)"
    }
}
