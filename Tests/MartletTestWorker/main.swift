import Foundation
import Logging
import MartletORM
import MartletTasks
import MartletTestStores
import ServiceLifecycle
import UnixSignals

// A worker in a process of its own, for tests that kill it:
// MartletTestWorker <path or URL> <effects file> <concurrency> [processes | broken-processes] [max tasks] [max memory]
// It prints a line when it is ready, when the task `hold` has started, and for every hundredth effect; a process of its
// pool prints `child` and its id. With `broken-processes` those end at once.
// With a concurrency of 0 it is no worker and only acknowledges messages.

/// Appends lines to a file, each in one write that no other process can split.
struct EffectLog: Sendable {
    let descriptor: Int32

    init(path: String) { descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644) }

    func append(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(descriptor, bytes, bytes.count)
    }
}

struct Failed: Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
}

func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(1, bytes, bytes.count)
}

if ProcessInfo.processInfo.environment["ENDS_WITH_INPUT"] != nil, !Worker.isPoolChild {
    // The end of the test that started it closes its input.
    Thread.detachNewThread {
        var byte: UInt8 = 0
        while read(0, &byte, 1) > 0 {}
        kill(getpid(), SIGKILL)
    }
}

let arguments = CommandLine.arguments
guard arguments.count >= 4, let concurrency = Int(arguments[3]) else {
    say("usage: MartletTestWorker <database> <effects file> <concurrency> [pool] [max tasks] [max memory]")
    exit(64)
}
var pool = WorkerPool.concurrent(.fixed(concurrency))
if arguments.count > 4 {
    let limits = arguments[5...].map { Int($0) }
    pool = .processes(
        .fixed(concurrency), maxTasksPerChild: limits.first ?? nil,
        maxMemoryPerChild: limits.count > 1 ? limits[1] : nil)
}
if Worker.isPoolChild {
    if arguments[4] == "broken-processes" { exit(64) }
    say("child \(getpid())")
}
let effects = EffectLog(path: arguments[2])
if concurrency == 0 {
    try await consume(StorePlace(arguments[1]), noting: effects)
    exit(0)
}

// The kill tests also have results in a place of their own, RESULTS; a client, PUBLISH; and a relay, RELAY, which carries
// what the client has enqueued in the database OUTBOX.
let environment = ProcessInfo.processInfo.environment
let messages = StorePlace(arguments[1])
let results = try StorePlace(environment["RESULTS"] ?? arguments[1]).results()
let broker = try messages.broker()
let client = TaskClient(
    broker: environment["RESULTS"] == nil ? broker : FragileBroker(base: broker),
    results: KillDefect.current == .ignoresResults ? ForgetfulResults(base: results) : results,
    options: Telemetry.isOn
        ? TaskClient.Options(middleware: [Showing()], tracer: Telemetry.tracer) : TaskClient.Options())

if let calls = environment["PUBLISH"]?.split(separator: " "), calls.count == 3,
    let first = Int(calls[1]), let end = Int(calls[2])
{
    say("ready")
    do {
        let own = try await KillClient.prepare(messages, hasMessages: true)
        var other: Database?
        if let outbox = environment["OUTBOX"] {
            other = try await KillClient.prepare(StorePlace(outbox), hasMessages: false)
        }
        try await KillClient(client: client, own: own, other: other, round: String(calls[0])).publish(first..<end)
    } catch {
        // Its connection was cut, perhaps in the midst of a commit; the next client begins with the same call.
        say("failed \(error)")
        exit(1)
    }
    exit(0)
}
if environment["RELAY"] != nil, let outbox = environment["OUTBOX"].map(StorePlace.init) {
    _ = try await KillClient.prepare(outbox, hasMessages: false)
    say("ready")
    let logger = Logger(label: "test-relay") { _ in SwiftLogNoOpLogHandler() }
    let relay = try outbox.relay(to: FragileBroker(base: broker), logger: logger)
    try await ServiceGroup(
        configuration: .init(services: [relay], gracefulShutdownSignals: [.sigterm], logger: logger)
    ).run()
    exit(0)
}

var registry = TaskRegistry()
KillTasks(results: results, effects: effects).register(in: &registry)
if !Worker.isPoolChild { KillPlan.begin() }
registry.register("effect") { (number: Int) in
    effects.append("\(number)")
    if number % 100 == 0 { say("effect \(number)") }
    return number
}
registry.register("clock") { Date().timeIntervalSince1970 }
registry.register("tell") { (context: TaskContext, times: Int) async throws in
    for _ in 0..<times {
        try await context.update(state: "TOLD", meta: .double(Date().timeIntervalSince1970))
        try await Task.sleep(for: .milliseconds(20))
    }
}
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

let tryOnce = TaskOptions(delivery: .atLeastOnce(maxAttempts: 1))
registry.register("pid") { Int(getpid()) }
registry.register("attempt", options: TaskOptions(delivery: .atLeastOnce(maxAttempts: 200))) {
    (context: TaskContext, number: Int) async throws -> Int in
    effects.append("\(number)")
    say("attempt \(context.attempt)")
    try await Task.sleep(for: .milliseconds(2))
    return number
}
registry.register("trap") { () -> Int in
    let none: [Int] = []
    return none[Int(getpid())]
}
registry.register("trap-at-first") { (context: TaskContext) -> Int in
    if context.attempt == 1 { kill(getpid(), SIGKILL) }
    return context.attempt
}
registry.register("exit", options: tryOnce) { (code: Int) in exit(Int32(code)) }
registry.register("close", options: tryOnce) { _ = close(3) }
registry.register("talk-nonsense", options: tryOnce) {
    let bytes: [UInt8] = [0, 0, 0, 2, 0x7B, 0x7B]
    _ = write(3, bytes, bytes.count)
    try await Task.sleep(for: .seconds(600))
}
registry.register("spin") {
    say("spinning")
    while true {}
}
registry.register("leak") { (size: Int) in
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    memset(bytes, 1, size)
    return Int(getpid())
}
registry.register("clean-up") { () -> String in
    do {
        try await Task.sleep(for: .seconds(600))
    } catch {
        effects.append("cleaned up")
        throw error
    }
    return "held"
}
registry.register("retry-once") { (context: TaskContext) -> Int in
    guard context.retries > 0 else { throw Retry(after: .milliseconds(1), reason: "not yet") }
    return context.retries
}
registry.register("reject") { () -> Int in throw Reject(reason: "no paper") }
registry.register("until-stopping") { (context: TaskContext) -> String in
    say("holding")
    while !context.isStopping { try await Task.sleep(for: .milliseconds(5)) }
    return "stopping"
}
registry.register("trace") { Telemetry.span }
registry.register("trace-on") { (_: JSONValue) in Telemetry.span }
registry.register("fail") { (_: Int) -> Int in throw Failed(reason: "no paper") }

var logger = Logger(label: "test-worker", factory: StreamLogHandler.standardError(label:))
logger.logLevel = .error
var options =
    Telemetry.isOn
    ? WorkerOptions(pool: pool, middleware: [Showing()], tracer: Telemetry.tracer) : WorkerOptions(pool: pool)
options.acceptContent = [.json, .msgpack]
let worker = Worker(registry: registry, client: client, options: options, logger: logger)
let group = ServiceGroup(
    configuration: .init(services: [worker], gracefulShutdownSignals: [.sigterm], logger: logger))
if !Worker.isPoolChild { say("ready") }
try await group.run()
say("stopped")
