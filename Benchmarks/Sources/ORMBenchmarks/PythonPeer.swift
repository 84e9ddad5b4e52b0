import Foundation

/// A peer in Python: one process that runs every workload and prints what it took.
struct PythonPeer {
    /// What `bench.py` prints.
    private struct Output: Decodable {
        var version: String
        var results: [String: Measurement]
    }

    let settings: Settings
    let module: String

    func run(_ store: Store) throws -> (version: String, results: [Workload: Measurement]) {
        let counts = String(decoding: try JSONEncoder().encode(settings.counts), as: UTF8.self)
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: settings.python)
        process.arguments = ["\(settings.peers)/orm/bench.py", module, counts]
        process.environment = ProcessInfo.processInfo.environment.merging([
            "BENCH_DATABASE": store.location, "BENCH_PRODUCT": store.product.rawValue, "PYTHONDONTWRITEBYTECODE": "1",
        ]) { $1 }
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw BenchmarkError("bench.py \(module) ended with \(process.terminationStatus)")
        }
        let output = try JSONDecoder().decode(Output.self, from: data)
        let results = output.results.compactMap { name, value in Workload(rawValue: name).map { ($0, value) } }
        return (output.version, Dictionary(uniqueKeysWithValues: results))
    }
}
