/// What was measured of one thing, and what counts of it.
struct Samples {
    private(set) var values: [Double] = []

    var median: Double? { percentile(50) }

    /// The value below which `percent` of all values are.
    func percentile(_ percent: Double) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * percent / 100))]
    }

    mutating func add(_ value: Double) { values.append(value) }
    mutating func add(_ more: [Double]) { values += more }
}
