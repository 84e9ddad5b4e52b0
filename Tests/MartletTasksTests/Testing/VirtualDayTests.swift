import Foundation
import MartletTasks
import MartletTesting
import Testing

/// A day of a whole system, in seconds: see ``VirtualDay``.
///
/// `SEED` and `DAY_TASKS` of the environment make it another one, and a longer one, as `make soak` does.
@Suite(.timeLimit(.minutes(10))) struct VirtualDayTests {
    private static func setting(_ name: String, _ standard: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? standard
    }

    @Test func dayKeepsAllPromises() async throws {
        let seed = Self.setting("SEED", 1)
        var day = VirtualDay(seed: UInt64(seed), tasks: Self.setting("DAY_TASKS", 5_000))
        let clock = ContinuousClock()
        let start = clock.now
        let outcome = try await day.run()
        let digest = String(outcome.trace.digest, radix: 16)
        print(
            "day \(seed): \(outcome.sent) tasks, \(outcome.crashes) crashes, \(outcome.trace.lines.count) lines,",
            "digest \(digest), \(clock.now - start)")
        #expect(outcome.broken.isEmpty, "SEED=\(seed): \(outcome.broken.prefix(20).joined(separator: "\n"))")
        let seen = Set(outcome.trace.lines.map(\.event))
        #expect(seen.isSuperset(of: Set(TaskTrace.Event.allCases).subtracting([.requeued, .redelivered])))
    }

    @Test func sameSeedGivesTheSameDay() async throws {
        func day(_ seed: UInt64) async throws -> TaskTrace {
            var day = VirtualDay(seed: seed, tasks: 2_000)
            return try await day.run().trace
        }
        let first = try await day(1)
        let again = try await day(1)
        #expect(first.digest == again.digest)
        #expect(first == again)
        #expect(try await day(2).digest != first.digest)
    }
}
