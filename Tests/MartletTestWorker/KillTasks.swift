import Foundation
import MartletORM
import MartletTasks

/// What the kill tests run: each run leaves a line with its task's id before it returns.
struct KillTasks {
    /// Where results are in truth, whatever the worker sees of them.
    let results: any ResultBackend
    let effects: EffectLog
    let options: TaskOptions

    init(results: any ResultBackend, effects: EffectLog) {
        self.results = results
        self.effects = effects
        let isEarly = KillDefect.current == .acknowledgesFirst
        options = TaskOptions(delivery: isEarly ? .atMostOnce : .atLeastOnce(maxAttempts: 1_000))
    }

    func register(in registry: inout TaskRegistry) {
        registry.register("kill.step", options: options) { (context: TaskContext, number: Int) async throws -> Int in
            try await note(context)
            return number
        }
        registry.register("kill.add", options: options) {
            (context: TaskContext, number: Int, other: Int) async throws -> Int in
            try await note(context)
            return number + other
        }
        registry.register("kill.sum", options: options) { (context: TaskContext, numbers: [Int]) async throws -> Int in
            try await note(context)
            return numbers.reduce(0, +)
        }
        var flaky = options
        flaky.retry = .fixed(max: 3, delay: .milliseconds(1))
        registry.register("kill.flaky", options: flaky) { (context: TaskContext, number: Int) async throws -> Int in
            try await note(context)
            guard context.retries > 0 else { throw Failed(reason: "not yet") }
            return number
        }
    }

    private func note(_ context: TaskContext) async throws {
        let stored = try await stored(context.id)
        effects.append((stored?.state == .success ? "repeated " : "run ") + context.id)
        KillPlan.step(.run)
    }

    /// What is stored of a task; asked again where the connection was cut.
    private func stored(_ id: String) async throws -> TaskResult? {
        for _ in 0..<20 {
            if let stored = try? await results.fetch([id]) { return stored[id] }
        }
        return try await results.fetch([id])[id]
    }
}
