import Foundation
import Logging
import MartletSQLite
import MartletTasks
import ServiceLifecycle
import UnixSignals

// A worker in a process of its own, for tests that kill it: MartletTestWorker <database> <effects file> <concurrency>
// It prints a line when it is ready, when the task `hold` has started, and for every hundredth effect.

/// Appends lines to a file, each in one write that no other process can split.
struct EffectLog: Sendable {
    let descriptor: Int32

    init(path: String) { descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644) }

    func append(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(descriptor, bytes, bytes.count)
    }
}

func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(1, bytes, bytes.count)
}

let arguments = CommandLine.arguments
guard arguments.count == 4, let concurrency = Int(arguments[3]) else {
    say("usage: MartletTestWorker <database> <effects file> <concurrency>")
    exit(64)
}
let effects = EffectLog(path: arguments[2])
let client = TaskClient(
    broker: try SQLiteBroker(path: arguments[1]), results: try SQLiteResultBackend(path: arguments[1]))

var registry = TaskRegistry()
registry.register("effect") { (number: Int) in
    effects.append("\(number)")
    if number % 100 == 0 { say("effect \(number)") }
    return number
}
registry.register("clock") { Date().timeIntervalSince1970 }
registry.register("hold") { (seconds: Double) in
    say("holding")
    try await Task.sleep(for: .seconds(seconds))
    return "held"
}
registry.register("hold-until-stop") {
    say("holding")
    try await gracefulShutdown()
    return "held"
}
registry.register("sum") { (numbers: [Int]) in numbers.reduce(0, +) }

var logger = Logger(label: "test-worker", factory: StreamLogHandler.standardError(label:))
logger.logLevel = .error
let worker = Worker(
    registry: registry, client: client, options: WorkerOptions(pool: .concurrent(.fixed(concurrency))), logger: logger)
let group = ServiceGroup(
    configuration: .init(services: [worker], gracefulShutdownSignals: [.sigterm], logger: logger))
say("ready")
try await group.run()
say("stopped")
