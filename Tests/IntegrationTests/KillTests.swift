import Foundation
import Testing

/// Nothing is lost and nothing is run again after its success, whoever is killed whenever.
///
/// `ROUNDS`, `TASKS` and `SEED` of the environment make it longer, as `make soak` does.
@Suite(.serialized, .timeLimit(.minutes(60))) struct KillTests {
    private static func setting(_ name: String, _ standard: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? standard
    }

    @Test func killedWorkersAndClientsLoseAndRepeatNothing() async throws {
        let rounds = Self.setting("ROUNDS", 2)
        let first = Self.setting("SEED", 1)
        var sum = KillRound.Verdict()
        for round in 0..<rounds {
            let seed = first + round
            let verdict = try await KillRound(seed: UInt64(seed), tasks: Self.setting("TASKS", 200)).run()
            sum.lost += verdict.lost
            sum.repeated += verdict.repeated
            sum.stuck += verdict.stuck
            #expect(verdict == KillRound.Verdict(), "repeat it with SEED=\(seed) ROUNDS=1 make soak")
        }
        print("\(rounds) rounds, \(sum.lost) lost, \(sum.repeated) repeated, \(sum.stuck) stuck")
    }

    @Test func killedProcessesOfAPoolLoseNothing() async throws {
        let verdict = try await KillRound(seed: 7, tasks: 100, pool: ["processes"]).run()
        #expect(verdict == KillRound.Verdict())
    }
}
