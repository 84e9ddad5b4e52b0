import Foundation
import MartletORM
import MartletTasks
import MartletTestStores
import MartletTesting
import Synchronization

/// Two workers, an outbox relay and a client that are killed at random moments while tasks go through SQLite files or
/// PostgreSQL.
final class KillRound: Sendable {
    /// Who is killed, or cuts connections; each has random numbers of its own, so that they are the same whoever comes first.
    private enum Role: Hashable {
        case worker(Int)
        case relay, client, server
    }

    private struct State {
        var generators: [Role: SeededGenerator]
        var services: [WorkerProcess] = []
        var isOver = false
        /// Whether the round has failed, so that nobody waits for an orderly end.
        var isAbandoned = false
        var kills = 0
    }

    struct ClientFailed: Error {
        let reason: String
    }

    private let places: KillPlaces
    private let broker: any Broker
    private let results: any ResultBackend
    private let scenario: KillScenario
    private let calls: Int
    private let seed: UInt64
    private let state: Mutex<State>

    init(seed: UInt64, _ scenario: KillScenario) async throws {
        places = try await KillPlaces(scenario)
        broker = try places.messages.broker()
        results = try places.results.results()
        self.scenario = scenario
        // A call is 7 tasks on average.
        calls = max(6, scenario.tasks / 7)
        self.seed = seed
        let roles: [Role] = [.worker(0), .worker(1), .relay, .client, .server]
        var seeds = SeededGenerator(seed: seed)
        state = Mutex(
            State(generators: Dictionary(uniqueKeysWithValues: roles.map { ($0, SeededGenerator(seed: seeds.next())) }))
        )
    }

    func run() async throws -> KillVerdict {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for place in 0..<2 {
                group.addTask { try await self.keep(kills: 3) { try await self.worker(place, $0) } }
            }
            group.addTask { try await self.keep(kills: 2) { try await self.relay($0) } }
            do {
                let ids = try await publish() + ordered()
                let late = try await wait(for: ids)
                if late == 0 { try await waitForEmptyQueue() }
                end(isAbandoned: late > 0)
                try await group.waitForAll()
                return try await judge(ids, late: late)
            } catch {
                end(isAbandoned: true)
                throw error
            }
        }
    }

    /// Ends workers and relay, by force when the round has failed: they may never end by themselves.
    private func end(isAbandoned: Bool) {
        let services = state.withLock { state in
            state.isOver = true
            state.isAbandoned = state.isAbandoned || isAbandoned
            return state.services
        }
        for service in services { stop(service) }
    }

    private func stop(_ service: WorkerProcess) {
        if state.withLock(\.isAbandoned) { service.abandon() } else { service.send(SIGTERM) }
    }

    /// Waits for the results, and returns how many did not come.
    private func wait(for ids: [String]) async throws -> Int {
        let client = TaskClient(broker: broker, results: results)
        var late = 0
        for id in ids {
            let result: AsyncResult<Int> = client.result(of: id)
            do {
                try await result.wait(timeout: .seconds(late == 0 ? scenario.patience : 1))
            } catch {
                late += 1
            }
            if late > 3 { break }
        }
        return late
    }

    /// Waits until nothing is left of the messages: with results apart, one whose worker died may be there although its
    /// result is.
    private func waitForEmptyQueue() async throws {
        let end = ContinuousClock.now + .seconds(scenario.patience)
        while try await broker.depth(of: "celery").total > 0, ContinuousClock.now < end { await Task.yield() }
    }
}

// MARK: - Processes

extension KillRound {
    /// Starts a worker or relay again and again, until one has ended without being killed.
    private func keep(kills: Int, _ start: (_ isKilled: Bool) async throws -> WorkerProcess) async throws {
        var left = kills
        while true {
            let service = try await start(left > 0)
            let isOver = state.withLock { state in
                state.services.append(service)
                return state.isOver
            }
            if isOver { stop(service) }
            guard await service.waitForExit() == SIGKILL, !state.withLock(\.isAbandoned) else { return }
            state.withLock { state in
                state.kills += 1
                state.services.removeAll { $0 === service }
            }
            left -= 1
        }
    }

    private func worker(_ place: Int, _ isKilled: Bool) async throws -> WorkerProcess {
        var environment = isKilled ? killing(.worker(place), within: calls / (scenario.pool.isEmpty ? 1 : 4)) : [:]
        if isKilled, !scenario.pool.isEmpty {
            environment["KILL_CHILD_AFTER"] = "\(random(in: calls / 8...calls / 2, for: .worker(place)))"
        }
        return try await process(environment, pool: scenario.pool)
    }

    private func relay(_ isKilled: Bool) async throws -> WorkerProcess {
        var environment = isKilled ? killing(.relay, within: calls / 12) : [:]
        environment["RELAY"] = "1"
        return try await process(environment)
    }

    /// Starts clients until all calls are published, and returns the ids they have said to be.
    private func publish() async throws -> [String] {
        var ids: [String] = []
        var next = 0
        var kills = 2
        var cuts = Set((0..<scenario.cuts).map { _ in random(in: 0...calls - 1, for: .server) })
        var left = scenario.cuts
        while next < calls {
            var environment = kills > 0 ? killing(.client, within: scenario.killsAt == nil ? calls / 2 : 3) : [:]
            environment["PUBLISH"] = "\(seed) \(next) \(calls)"
            let client = try await process(environment)
            while let line = await client.line(startingWith: "published ") {
                let words = line.split(separator: " ")
                next = (Int(words[1]) ?? next) + 1
                ids += words[2].split(separator: ",").map(String.init)
                if cuts.remove(next - 1) != nil { try await cut() }
            }
            let status = await client.waitForExit()
            if status == SIGKILL {
                kills -= 1
            } else if status != 0 {
                // A client whose connection was cut in the midst of a call says so and ends.
                left -= 1
                if left < 0 {
                    throw ClientFailed(reason: await client.line(startingWith: "failed ") ?? "status \(status)")
                }
            }
        }
        return ids
    }

    /// Has the servers end all connections of the processes.
    private func cut() async throws {
        for place in places.all where place.isServer {
            let database = try place.database()
            _ = try await database.rows(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND application_name = \(KillPlaces.processes)
                """)
            try await database.close()
        }
    }

    /// The ids of all tasks whose transactions were committed.
    private func ordered() async throws -> [String] {
        var ids: [String] = []
        for place in [places.messages, places.outbox] {
            let database = try place.database()
            for row in try await database.rows("SELECT id FROM ordered") { ids.append(try row.value("id")) }
            try await database.close()
        }
        return ids
    }

    private func process(_ environment: [String: String], pool: [String] = []) async throws -> WorkerProcess {
        var environment = environment
        environment["DEFECT"] = scenario.defect
        environment["KILL_AT"] = scenario.killsAt
        if scenario.hasResultsApart { environment["RESULTS"] = places.forProcesses(places.results) }
        environment["OUTBOX"] = places.forProcesses(places.outbox)
        return try await WorkerProcess(
            database: places.forProcesses(places.messages), effects: places.effects, concurrency: scenario.concurrency,
            pool: pool,
            environment: environment)
    }

    private func killing(_ role: Role, within steps: Int) -> [String: String] {
        [
            "KILL_AFTER": "\(random(in: 1...max(1, steps), for: role))",
            "KILL_DELAY": "\(scenario.isExact ? 0 : random(in: 0...5_000, for: role))",
        ]
    }

    private func random(in range: ClosedRange<Int>, for role: Role) -> Int {
        state.withLock { state in
            guard var generator = state.generators[role] else { return range.lowerBound }
            defer { state.generators[role] = generator }
            return Int.random(in: range, using: &generator)
        }
    }
}

// MARK: - Judging

/// What was found out when a round of the kill tests was over.
struct KillVerdict: Sendable, Equatable {
    /// Published tasks, and tasks of committed transactions, without a SUCCESS.
    var lost = 0
    /// Runs after a recorded SUCCESS, and runs that no kill explains.
    var repeated = 0
    /// Messages that are still there, tasks that did not end, and files that are broken.
    var stuck = 0

    static func += (left: inout KillVerdict, right: KillVerdict) {
        left.lost += right.lost
        left.repeated += right.repeated
        left.stuck += right.stuck
    }
}

extension KillRound {
    private func judge(_ ids: [String], late: Int) async throws -> KillVerdict {
        var verdict = KillVerdict(stuck: late)
        let stored = try await results.fetch(ids)
        verdict.lost = Set(ids).count { stored[$0]?.state != .success }
        let lines = (try? String(contentsOfFile: places.effects, encoding: .utf8))?.split(separator: "\n") ?? []
        verdict.repeated = lines.count { $0.hasPrefix("repeated ") }
        if scenario.pool.isEmpty { verdict.repeated += max(0, unexplained(lines)) }
        verdict.stuck += try await broker.depth(of: "celery").total
        for place in places.all where try await !place.isWhole() { verdict.stuck += 1 }
        return verdict
    }

    /// How many runs are more than one for each task and retry, and more than what workers were at when they were killed.
    private func unexplained(_ lines: [Substring]) -> Int {
        let runs = Dictionary(grouping: lines) { $0 }
        let extra = runs.reduce(0) { sum, run in
            let number = run.key.hasPrefix("run \(seed)-") ? Int(run.key.drop { $0 != "-" }.dropFirst()) : nil
            let isRetried = number.map { $0 % 6 == 3 } ?? false
            return sum + max(0, run.value.count - (isRetried ? 2 : 1))
        }
        // All workers lose their connections in a cut, and may lose what they hold.
        return extra - (state.withLock(\.kills) + 2 * scenario.cuts) * scenario.concurrency
    }
}
