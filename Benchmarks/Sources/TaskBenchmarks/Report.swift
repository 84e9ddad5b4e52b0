/// Prints the table, the memory, and whether the targets are met.
struct Report {
    let settings: Settings
    let samples: [TaskBenchmark.Row: [TaskBenchmark.Peer: Samples]]
    let memory: MemoryUse

    func print() {
        let peers = TaskBenchmark.Peer.allCases
        line(["", "Martlet", "Huey", "floor", "Martlet / Huey", "Martlet / floor"])
        line(["---"] + Array(repeating: "---:", count: 5))
        for row in TaskBenchmark.Row.allCases {
            let cells = peers.map { median(row, $0).map(Self.number) ?? "" }
            let ratios = peers.dropFirst().map { ratio(row, to: $0).map(Self.number) ?? "" }
            line([row.rawValue] + cells + ratios)
        }
        Swift.print()
        line(["memory of the worker (MB)", "idle", "after a tenth", "after \(settings.memoryTasks) tasks", "most"])
        line(["---"] + Array(repeating: "---:", count: 4))
        let (first, last) = (memory.afterTenths.first ?? 0, memory.afterTenths.last ?? 0)
        line(["\(memory.threads) threads"] + [memory.idle, first, last, memory.peak].map(Self.number))
        Swift.print()
        targets()
    }

    private func targets() {
        target("drain-to-huey", goal: 10, ratio(.drain, to: .huey))
        target("drain-to-floor", goal: 0.5, ratio(.drain, to: .floor))
        target("round-trip-p99 (15 ms / measured)", goal: 1, median(.roundTripTail, .martlet).map { 15 / $0 })
        target("idle-memory (20 MB / measured)", goal: 1, 20 / memory.idle)
        target("memory-flat (1.2 x first tenth / last tenth)", goal: 1, 1.2 / memory.growth)
    }

    private func target(_ name: String, goal: Double, _ measured: Double?) {
        let measured = measured ?? 0
        let verdict = measured >= goal ? "met" : "missed"
        Swift.print("TARGET \(name) goal \(Self.number(goal)) measured \(Self.number(measured)) \(verdict)")
    }

    private func median(_ row: TaskBenchmark.Row, _ peer: TaskBenchmark.Peer) -> Double? {
        samples[row]?[peer]?.median
    }

    private func ratio(_ row: TaskBenchmark.Row, to peer: TaskBenchmark.Peer) -> Double? {
        guard let own = median(row, .martlet), let other = median(row, peer), other > 0 else { return nil }
        return own / other
    }

    private func line(_ cells: [String]) { Swift.print("| \(cells.joined(separator: " | ")) |") }

    /// Three digits that count.
    static func number(_ value: Double) -> String {
        if value >= 100 { return "\(Int(value.rounded()))" }
        let scale = value >= 10 ? 10.0 : 100.0
        return "\((value * scale).rounded() / scale)"
    }
}
