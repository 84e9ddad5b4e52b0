import Foundation
import MartletORM
import MartletSQLite
import MartletTasks
import MartletTesting
import Synchronization

/// Two workers and a client that are killed at random moments while a number of tasks goes through one SQLite file.
final class KillRound: Sendable {
    /// What was found out when all was over.
    struct Verdict: Sendable, Equatable {
        /// Published tasks without a SUCCESS.
        var lost = 0
        /// Runs after a recorded SUCCESS, and runs that no kill explains.
        var repeated = 0
        /// Messages that are still there, tasks that did not end, and whether the file is broken.
        var stuck = 0
    }

    private struct State {
        var generator: SeededGenerator
        var workers: [Int: WorkerProcess] = [:]
        var isOver = false
        var kills = 0
    }

    private let scene: WorkerProcessTests.Scene
    private let calls: Int
    private let seed: UInt64
    private let pool: [String]
    private let state: Mutex<State>
    private let concurrency = 8

    init(seed: UInt64, tasks: Int, pool: [String] = []) throws {
        scene = try WorkerProcessTests.Scene()
        calls = max(5, tasks / 8)
        self.seed = seed
        self.pool = pool
        state = Mutex(State(generator: SeededGenerator(seed: seed)))
    }

    func run() async throws -> Verdict {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for place in 0..<2 { group.addTask { try await self.work(at: place) } }
            let ids = try await publish()
            var verdict = Verdict()
            for id in ids {
                let result: AsyncResult<Int> = scene.client.result(of: id)
                do { try await result.wait(timeout: .seconds(60)) } catch { verdict.stuck += 1 }
                if verdict.stuck > 3 { break }
            }
            let workers = state.withLock { state in
                state.isOver = true
                return Array(state.workers.values)
            }
            for worker in workers { worker.send(SIGTERM) }
            try await group.waitForAll()
            return try await judge(ids, verdict)
        }
    }

    /// Starts a worker again and again, until one has ended without being killed.
    private func work(at place: Int) async throws {
        var kills = 3
        while true {
            let worker = try await process(kills > 0 ? killing(within: calls) : [:], pool: pool)
            let isOver = state.withLock { state in
                state.workers[place] = worker
                return state.isOver
            }
            if isOver { worker.send(SIGTERM) }
            guard await worker.waitForExit() == SIGKILL else { return }
            state.withLock { $0.kills += 1 }
            kills -= 1
        }
    }

    /// Starts clients until all calls are published, and returns the ids they have said to be.
    private func publish() async throws -> [String] {
        var ids: [String] = []
        var next = 0
        var kills = 2
        while next < calls {
            var environment = kills > 0 ? killing(within: calls / 2) : [:]
            environment["PUBLISH"] = "\(seed) \(next) \(calls)"
            let client = try await process(environment)
            while let line = await client.line(startingWith: "published ") {
                let words = line.split(separator: " ")
                next = (Int(words[1]) ?? next) + 1
                ids += words[2].split(separator: ",").map(String.init)
            }
            guard await client.waitForExit() == SIGKILL else { return ids }
            kills -= 1
        }
        return ids
    }

    private func process(_ environment: [String: String], pool: [String] = []) async throws -> WorkerProcess {
        try await WorkerProcess(
            database: scene.database, effects: scene.effects, concurrency: concurrency, pool: pool,
            environment: environment)
    }

    private func killing(within steps: Int) -> [String: String] {
        state.withLock { state in
            [
                "KILL_AFTER": "\(Int.random(in: 1...max(1, steps), using: &state.generator))",
                "KILL_DELAY": "\(Int.random(in: 0...5_000, using: &state.generator))",
            ]
        }
    }

    private func judge(_ ids: [String], _ verdict: Verdict) async throws -> Verdict {
        var verdict = verdict
        let results = try await SQLiteResultBackend(path: scene.database).fetch(ids)
        verdict.lost = Set(ids).count { results[$0]?.state != .success }
        let lines = (try? String(contentsOfFile: scene.effects, encoding: .utf8))?.split(separator: "\n") ?? []
        verdict.repeated = lines.count { $0.hasPrefix("repeated ") }
        let runs = Dictionary(grouping: lines) { $0 }.values
        // A retry is a run of its own; every kill may repeat what its worker was running.
        let retried = (0..<calls).count { $0 % 5 == 3 }
        let extra = runs.reduce(0) { $0 + $1.count - 1 } - retried
        let kills = state.withLock(\.kills)
        if pool.isEmpty { verdict.repeated += max(0, extra - kills * concurrency) }
        verdict.stuck += try await scene.broker.depth(of: "celery").total
        let database = try SQLiteDatabase.open(path: scene.database)
        if try await database.rows(SQL(raw: "PRAGMA integrity_check")).first?["integrity_check"] != .text("ok") {
            verdict.stuck += 1
        }
        return verdict
    }
}
