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

    /// The same kinds on PostgreSQL, and a round in which the server ends all connections now and then.
    @Test(.postgres) func killedProcessesOnPostgreSQLLoseAndRepeatNothing() async throws {
        let rounds = Self.setting("ROUNDS", 3)
        let first = Self.setting("SEED", 1)
        var sum = KillVerdict()
        for seed in first..<first + rounds {
            let scenario = KillScenario.onServer(seed: seed, tasks: Self.setting("TASKS", 100))
            let verdict = try await KillRound(seed: UInt64(seed), scenario).run()
            sum += verdict
            #expect(verdict == KillVerdict(), "on PostgreSQL; repeat it with SEED=\(seed) ROUNDS=1 make soak")
        }
        print("PostgreSQL: \(rounds) rounds, \(sum.lost) lost, \(sum.repeated) repeated, \(sum.stuck) stuck")
    }

    @Test(.postgres) func killedPoolsOnPostgreSQLLoseNothing() async throws {
        let verdict = try await KillRound(seed: 5, .onServer(seed: 5, tasks: 60)).run()
        #expect(verdict == KillVerdict())
    }

    /// From PostgreSQL to SQLite: what was published and not removed yet is published again, and not run again.
    @Test(.postgres, arguments: [nil, "hides-repeats"]) func killedRelayToAnotherBrokerRepeatsNothing(
        defect: String?
    ) async throws {
        var scenario = KillScenario(seed: 1, tasks: 100)
        scenario.outbox = .server
        scenario.hasResultsApart = true
        scenario.killsAt = "carry"
        scenario.isExact = true
        scenario.defect = defect
        if defect == nil {
            #expect(try await KillRound(seed: 1, scenario).run() == KillVerdict())
        } else {
            let isNoticed = try await Self.isNoticed(scenario) { $0.repeated }
            #expect(isNoticed, "the kills come where a relay would repeat tasks")
        }
    }

    @Test(.postgres, arguments: [("ignores-results", "settle"), ("hides-repeats", "carry")])
    func defectsOnPostgreSQLAreNoticed(_ defect: String, killsAt: String) async throws {
        var scenario = KillScenario.onServer(seed: 1, tasks: 60)
        scenario.defect = defect
        scenario.killsAt = killsAt
        scenario.hasResultsApart = true
        scenario.isExact = true
        #expect(try await Self.isNoticed(scenario) { $0.repeated })
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
        #expect(try await Self.isNoticed(scenario, found), "\(defect)")
        scenario.defect = nil
        let sound = try await KillRound(seed: 1, scenario).run()
        #expect(sound == KillVerdict(), "the same kills without the defect")
    }

    /// Whether one of some rounds finds the defect: which process is faster decides whether a kill comes where it shows.
    private static func isNoticed(_ scenario: KillScenario, _ found: (KillVerdict) -> Int) async throws -> Bool {
        for seed in UInt64(1)...5 {
            if found(try await KillRound(seed: seed, scenario).run()) > 0 { return true }
        }
        return false
    }
}
