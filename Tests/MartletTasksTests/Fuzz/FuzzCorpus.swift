import Foundation
import MartletTasks
import MartletTesting

/// The messages that are broken: one of Celery's, and what a client of this package sends.
enum FuzzCorpus {
    struct Record: Codable, Sendable {
        var number: Int
        var date: Date
        var uuid: UUID
        var decimal: Decimal
        var data: Data
        var list: [Record]?
    }

    /// The tasks of the corpus.
    static var registry: TaskRegistry {
        var registry = TaskRegistry()
        registry.register("fuzz.echo", parameters: ["value"]) { (value: JSONValue) in value }
        registry.register("fuzz.add", parameters: ["x", "y"]) { (x: Int, y: Int) in x &+ y }
        registry.register("proj.add", parameters: ["x", "y"]) { (x: Int, y: Int) in x &+ y }
        registry.register("fuzz.sum") { (numbers: [Int]) in numbers.reduce(0, &+) }
        registry.register("fuzz.record") { (record: Record) in record }
        registry.register("fuzz.fail") { (_: JSONValue) -> Int in throw Broken() }
        registry.register(
            "fuzz.flaky", options: TaskOptions(retry: .exponential(max: 3))
        ) { (_: JSONValue) -> Int in throw Broken() }
        return registry
    }

    /// The messages, unbroken.
    static func messages() throws -> [WireMessage] {
        let client = TaskClient(broker: MemoryBroker(), results: MemoryResultBackend())
        func add(_ x: Int, _ y: Int) -> Signature<Int> { Signature(task: "fuzz.add", arguments: [x, y]) }
        let more = PartialSignature<Int, Int>(task: "fuzz.add", arguments: [3])
        let sum = PartialSignature<[Int], Int>(task: "fuzz.sum")
        let told = PartialSignature<String, JSONValue>(task: "fuzz.echo")
        let record = Record(
            number: 1, date: Date(timeIntervalSince1970: 1e9), uuid: UUID(), decimal: 1.5, data: Data([255]))
        var options = TaskOptions(
            priority: 3, timeLimit: .seconds(30), softTimeLimit: .seconds(20), expires: .seconds(600))
        options.ignoresResult = false
        let messages =
            try client.messages(for: add(1, 2).onSuccess(more).onError(told))
            + client.messages(for: add(1, 1) | more | more)
            + client.messages(for: chord([add(1, 2), add(3, 4) | more], sum))
            + client.messages(for: chain(group([add(1, 2), add(2, 3)]), sum))
            + client.messages(for: Signature<Record>(task: "fuzz.record", arguments: [record], options: options))
            + client.messages(for: Signature<Int>(task: "fuzz.fail", arguments: [1]).onError(told))
            + client.messages(for: Signature<Int>(task: "fuzz.flaky", keywords: ["value": 1]))
        return messages.map(\.wire) + [TaskMessageTests.wire()]
    }
}

/// How much a test does that can do more: `FUZZ_ROUNDS` and `SEED` of the environment, as `make soak` sets them.
enum FuzzSettings {
    static let rounds = ProcessInfo.processInfo.environment["FUZZ_ROUNDS"].flatMap(Int.init) ?? 1
    static let seed = ProcessInfo.processInfo.environment["SEED"].flatMap(UInt64.init) ?? 1
}
