import Foundation
import Testing

/// Nothing is lost and nothing is run again after its success, whoever is killed whenever.
///
/// `ROUNDS`, `TASKS` and `SEED` of the environment make it longer, as `make soak` does.
@Suite(.serialized, .timeLimit(.minutes(60))) struct KillTests {
    private static func setting(_ name: String, _ standard: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? standard
    }

    /// Rounds of each kind: results in the file of the messages or apart, tasks in the worker or in processes.
    @Test func killedWorkersClientsAndRelaysLoseAndRepeatNothing() async throws {
        let rounds = Self.setting("ROUNDS", 2)
        let first = Self.setting("SEED", 1)
        var sum = KillVerdict()
        for seed in first..<first + rounds {
            let scenario = KillScenario(seed: seed, tasks: Self.setting("TASKS", 200))
            let verdict = try await KillRound(seed: UInt64(seed), scenario).run()
            sum += verdict
            #expect(verdict == KillVerdict(), "repeat it with SEED=\(seed) ROUNDS=1 make soak")
        }
        print("\(rounds) rounds, \(sum.lost) lost, \(sum.repeated) repeated, \(sum.stuck) stuck")
    }

    @Test func killedProcessesOfAPoolAndTheirWorkersLoseNothing() async throws {
        let verdict = try await KillRound(seed: 5, KillScenario(seed: 5, tasks: 100)).run()
        #expect(verdict == KillVerdict())
    }

    /// A defect, where its processes are killed, whether results are apart, and what a round must find.
    static let defects: [(defect: String, killsAt: String?, isApart: Bool, found: @Sendable (KillVerdict) -> Int)] = [
        ("acknowledges-first", "run", false, { $0.lost }),
        ("publishes-outside", "order", false, { $0.lost }),
        ("ignores-results", "settle", true, { $0.repeated }),
        ("hides-repeats", "carry", true, { $0.repeated }),
    ]

    @Test(arguments: defects.indices) func defectsAreNoticed(_ index: Int) async throws {
        let (defect, killsAt, isApart, found) = Self.defects[index]
        var scenario = KillScenario(seed: 1, tasks: 100)
        scenario.defect = defect
        scenario.killsAt = killsAt
        scenario.hasResultsApart = isApart
        scenario.isExact = true
        scenario.patience = 5
        let verdict = try await KillRound(seed: 1, scenario).run()
        #expect(found(verdict) > 0, "\(defect): \(verdict)")
        scenario.defect = nil
        let sound = try await KillRound(seed: 1, scenario).run()
        #expect(sound == KillVerdict(), "the same kills without the defect")
    }
}
