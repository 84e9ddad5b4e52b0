import Foundation
import MartletTasks
import MartletTesting

/// A day of a system under load, all of which follows from a seed.
///
/// Clients send; four workers are killed now and then, and started again within a minute; the broker fails and loses
/// answers.
struct VirtualDay {
    struct Outcome {
        var trace: TaskTrace
        var broken: [String]
        var sent: Int
        var crashes: Int
    }

    static let minutes = 24 * 60
    /// Nothing is sent in the last hour, so that all can come to its end.
    static let sendingMinutes = 23 * 60
    static let workers = 4

    let tasks: Int
    private let ledger = DayLedger()
    private let bench: TaskBench
    private var generator: SeededGenerator

    init(seed: UInt64, tasks: Int) {
        self.tasks = tasks
        generator = SeededGenerator(seed: seed)
        var registry = TaskRegistry()
        registry.register(DayTasks(ledger: ledger))
        bench = TaskBench(
            registry, options: WorkerOptions(watchdogTimeout: .seconds(600)), workers: Self.workers,
            clientOptions: .init(publishTimeout: nil, publishRetry: PublishRetry(maxRetries: 8, step: .zero)),
            faults: [
                .failAtRandom(.publish, probability: 0.002), .loseReplyAtRandom(of: .publish, probability: 0.002),
                .failAtRandom(.receive, probability: 0.001), .loseReplyAtRandom(of: .receive, probability: 0.0005),
                .failAtRandom(.settle, probability: 0.002), .loseReplyAtRandom(of: .settle, probability: 0.002),
                .loseReplyAtRandom(of: .extendLease, probability: 0.01),
            ],
            resultFaults: [.failAtRandom(.store, probability: 0.002)], seed: seed)
        ledger.watch(bench)
    }

    /// Runs the day, and looks at how it ended.
    mutating func run() async throws -> Outcome {
        var revocations: [Int: [(id: String, terminate: Bool)]] = [:]
        for minute in 0..<Self.minutes {
            for worker in bench.crashedWorkers {
                try bench.restart(worker)
                ledger.restarted(worker)
            }
            if minute < Self.sendingMinutes {
                while ledger.calls.count < tasks * (minute + 1) / Self.sendingMinutes {
                    try await send(minute, &revocations)
                }
            }
            if minute % 2 == 0 { try await bench.broker.pause("late") } else { try await bench.broker.resume("late") }
            for (id, terminate) in revocations.removeValue(forKey: minute) ?? [] { try await revoke(id, terminate) }
            if chance(0.1) { try bench.crash(number(0..<Self.workers), afterSteps: number(0..<2_000)) }
            try await bench.advance(by: .seconds(60))
        }
        let trace = bench.trace
        try await checkEnds(trace)
        check(trace)
        return Outcome(
            trace: trace, broken: ledger.broken, sent: ledger.calls.count,
            crashes: trace.lines.count { $0.event == .crashed })
    }

    private mutating func number(_ range: Range<Int>) -> Int { .random(in: range, using: &generator) }
    private mutating func chance(_ probability: Double) -> Bool { .random(in: 0..<1, using: &generator) < probability }
}

// MARK: - Sending

extension VirtualDay {
    private mutating func send(_ minute: Int, _ revocations: inout [Int: [(id: String, terminate: Bool)]]) async throws
    {
        switch number(0..<1000) {
        case 0..<420: try await send { DayTasks.plain(call: $0) }
        case ..<600:
            let seconds = number(1..<(Self.sendingMinutes - minute + 1) * 60)
            try await send(in: seconds) { DayTasks.plain(call: $0) }
        case ..<640:
            let failures = number(0..<6)
            try await send(retriesExhaustedIf: failures > 3) { DayTasks.fixed(call: $0, failures: failures) }
        case ..<680:
            let failures = number(0..<8)
            try await send(retriesExhaustedIf: failures > 5) { DayTasks.exponential(call: $0, failures: failures) }
        case ..<700:
            let failures = number(0..<5)
            try await send(retriesExhaustedIf: failures > 3) { DayTasks.delays(call: $0, failures: failures) }
        case ..<710:
            let failures = number(0..<6)
            try await send(retriesExhaustedIf: failures > 4) { DayTasks.wishes(call: $0, failures: failures) }
        case ..<712: for _ in 0..<40 { try await send { DayTasks.slowOnEach(call: $0) } }
        case ..<714:
            let client = number(0..<4)
            for _ in 0..<40 { try await send { DayTasks.slowForAll(client: client, call: $0) } }
        case ..<718:
            let client = number(0..<4)
            for _ in 0..<12 {
                let seconds = number(0..<10)
                try await send { DayTasks.few(client: client, call: $0, seconds: seconds) }
            }
        case ..<748: try await sendUnique()
        case ..<768:
            let isLate = minute % 2 == 0
            let call = ledger.add({ isLate ? .revoked : .success($0) }, mayRun: !isLate)
            try await enqueue(call, DayTasks.late(call: call), expires: isLate ? 30 : 1200)
        case ..<788:
            let times = number(0..<4)
            try await send { DayTasks.snoozes(call: $0, times: times) }
        case ..<808:
            let call = ledger.add({ _ in .revoked }, mayRun: false)
            let id = try await enqueue(call, DayTasks.plain(call: call), in: 180)
            revocations[minute + number(0..<2), default: []].append((id, false))
        case ..<811:
            let call = ledger.add({ _ in .revoked })
            let id = try await enqueue(call, DayTasks.nap(call: call, seconds: 1200))
            revocations[minute + number(1..<4), default: []].append((id, true))
        case ..<831:
            let count = number(1..<20)
            try await send { DayTasks.steps(call: $0, count: count) }
        case ..<861: try await sendChain()
        case ..<891: try await sendGroup()
        case ..<911: try await sendChord()
        case ..<931: try await sendParent()
        case ..<950: try await send(.deadLetter(.failed)) { DayTasks.fails(call: $0) }
        case ..<955: try await send(.deadLetter(.rejected)) { DayTasks.rejects(call: $0) }
        case 955: try await send(.deadLetter(.crashed)) { DayTasks.poison(call: $0) }
        case ..<980:
            let seconds = number(1..<20)
            try await send { DayTasks.nap(call: $0, seconds: seconds) }
        default:
            let call = ledger.add { .success($0) }
            try await enqueue(call, DayTasks.plain(call: call), priority: number(0..<10))
        }
    }

    private func send<Output>(
        _ end: DayLedger.End? = nil, in seconds: Int? = nil, _ signature: (Int) -> Signature<Output>
    ) async throws {
        let eta = seconds.map { bench.clock.date.addingTimeInterval(Double($0)) }
        let call = ledger.add({ end ?? .success($0) }, eta: eta)
        try await enqueue(call, signature(call), in: seconds)
    }

    private func send<Output>(
        retriesExhaustedIf isExhausted: Bool, _ signature: (Int) -> Signature<Output>
    ) async throws {
        try await send(isExhausted ? .deadLetter(.retriesExhausted) : nil, signature)
    }

    @discardableResult
    private func enqueue<Output>(
        _ call: Int, _ signature: Signature<Output>, in seconds: Int? = nil, expires: Int? = nil, priority: Int? = nil
    ) async throws -> String {
        let result = try await bench.client.enqueue(
            signature, countdown: seconds.map { .seconds($0) }, expires: expires.map { .seconds($0) },
            priority: priority.flatMap(TaskPriority.init(rawValue:)))
        ledger.change(call) { $0.id = result.id }
        return result.id
    }

    private mutating func sendUnique() async throws {
        let call = ledger.add { .success($0) }
        let result = try await bench.client.enqueue(
            DayTasks.unique(client: number(0..<3), call: call, seconds: number(10..<120)))
        ledger.change(call) { call in
            call.id = result.isDuplicate ? "" : result.id
            call.mayRun = !result.isDuplicate
            if result.isDuplicate { call.end = .duplicate }
        }
    }

    private mutating func sendChain() async throws {
        let start = number(0..<100)
        let calls = (1...3).map { step in ledger.add { _ in .success(start + step) } }
        let chain =
            DayTasks.add(start, call: calls[0]) | DayTasks.add(call: calls[1]) | DayTasks.add(call: calls[2])
        for (first, next) in zip(calls, calls.dropFirst()) { ledger.change(next) { $0.after = [first] } }
        try await enqueue(calls, sent: 1, chain)
    }

    private mutating func sendGroup() async throws {
        let numbers = (0..<3).map { _ in number(0..<100) }
        let calls = numbers.map { number in ledger.add { _ in .success(number + 1) } }
        let result = try await bench.client.enqueue(group(zip(numbers, calls).map { DayTasks.add($0, call: $1) }))
        for (call, id) in zip(calls, result.taskIDs) { ledger.change(call) { $0.id = id } }
    }

    private mutating func sendChord() async throws {
        let numbers = (0..<3).map { _ in number(0..<100) }
        let members = numbers.map { number in ledger.add { _ in .success(number + 1) } }
        let body = ledger.add { _ in .success(numbers.reduce(3, +)) }
        ledger.change(body) { $0.after = members }
        let header = zip(numbers, members).map { DayTasks.add($0, call: $1) }
        try await enqueue(members + [body], sent: members.count, chord(header, DayTasks.sum(call: body)))
    }

    /// Sends what has several tasks, the first of them at once; those in the middle of a chain are named in its message.
    private func enqueue<Output>(_ calls: [Int], sent: Int, _ signature: Signature<Output>) async throws {
        let result = try await bench.client.enqueue(signature)
        let messages = bench.broker.publications.suffix(sent).map(\.message)
        for (call, message) in zip(calls, messages) { ledger.change(call) { $0.id = message.id } }
        let rest = try messages.last.map { try TaskMessage(wire: $0).embed.chain.reversed() } ?? []
        for (call, step) in zip(calls.dropFirst(sent), rest) {
            ledger.change(call) { $0.id = step.options.taskID ?? "" }
        }
        ledger.change(calls[calls.count - 1]) { $0.id = result.id }
    }

    private func sendParent() async throws {
        let child = ledger.add { .success($0) }
        let call = ledger.add { .success($0) }
        ledger.change(child) { $0.after = [call] }
        try await enqueue(call, DayTasks.sends(call: call, child: child))
    }

    /// Revokes, again if the result backend has failed.
    private func revoke(_ id: String, _ terminate: Bool) async throws {
        do {
            try await bench.client.revoke([id], terminate: terminate)
        } catch {
            try await bench.client.revoke([id], terminate: terminate)
        }
    }
}

// MARK: - Looking back

extension VirtualDay {
    /// Whether each call has ended as it was to, and nothing is left.
    private func checkEnds(_ trace: TaskTrace) async throws {
        for queue in ["celery", "slow", "late"] {
            let left = try await bench.broker.depth(of: queue).total
            if left != 0 { ledger.report("\(left) messages are left in '\(queue)'") }
        }
        let calls = ledger.calls
        let letters = Dictionary(
            try await bench.broker.deadLetters(limit: .max).map { ($0.id, $0.reason) }, uniquingKeysWith: { $1 })
        // In the hands of three workers that died, or whose answers did.
        let lost = Set(trace.lines.filter { $0.event == .received && $0.detail == "attempt 4" }.map(\.id))
        let results = try await bench.client.results.fetch(calls.map(\.id))
        func isLost(_ number: Int) -> Bool {
            lost.contains(calls[number].id) || calls[number].after.contains(where: isLost)
        }
        for (number, call) in calls.enumerated() where call.end != .duplicate {
            let end = end(results[call.id], letters[call.id])
            if end == call.end { continue }
            if lost.contains(call.id) ? end == .deadLetter(.crashed) : end == nil && isLost(number) { continue }
            ledger.report("call \(number) (\(call.id)) has ended as \(String(describing: end)), not \(call.end)")
        }
        if lost.count > calls.count / 100 { ledger.report("\(lost.count) tasks are lost with their workers") }
    }

    private func end(_ result: TaskResult?, _ letter: DeadLetter.Reason?) -> DayLedger.End? {
        if let letter { return result?.state == .success ? nil : .deadLetter(letter) }
        if result?.state == .revoked { return .revoked }
        return result?.state == .success ? (result?.value.integerValue).map(DayLedger.End.success) : nil
    }

    /// Whether nothing ran after its success, each success was stored once, and the dead did nothing.
    private func check(_ trace: TaskTrace) {
        var succeeded: Set<String> = []
        var dead: Set<Int> = []
        for line in trace.lines {
            switch line.event {
            case .crashed: dead.formUnion(line.worker.map { [$0] } ?? [])
            case .restarted: dead.subtract(line.worker.map { [$0] } ?? [])
            case .started where succeeded.contains(line.id): ledger.report("\(line): it had succeeded before")
            case .stored where line.detail == "SUCCESS":
                if !succeeded.insert(line.id).inserted { ledger.report("\(line): a second time") }
            default: break
            }
            if line.event != .crashed, let worker = line.worker, dead.contains(worker) {
                ledger.report("\(line): it is dead")
            }
        }
    }
}
