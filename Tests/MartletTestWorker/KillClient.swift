import Foundation
import MartletORM
import MartletStores
import MartletTasks
import MartletTestStores

/// The client of the kill tests: publishes calls of every kind, some in transactions that also note them as ordered.
///
/// A call that is noted and not run, or run and not noted, is a fault of the transaction.
struct KillClient {
    /// Where the messages go.
    let client: TaskClient
    /// The database of the messages.
    let own: Database
    /// Another database, whose outbox a relay empties; `nil` for none.
    let other: Database?
    /// What the ids begin with.
    let round: String

    /// The table of what was ordered, and in another database the outbox.
    static func prepare(_ place: StorePlace, hasMessages: Bool) async throws -> Database {
        let database = try place.database()
        let orders = Migration("orders", sql: ["CREATE TABLE IF NOT EXISTS ordered (id TEXT PRIMARY KEY)"])
        // A server's tables may be made by a worker and by this migration at once.
        let isThere = hasMessages && !place.isServer
        let migrator = Migrator(isThere ? [orders] : [place.migration, orders])
        for _ in 0..<5 {
            // Its connection may be cut meanwhile.
            if (try? await migrator.migrate(database)) != nil { return database }
        }
        try await migrator.migrate(database)
        return database
    }

    /// Publishes the calls in a range, and says after each the ids that are published now.
    func publish(_ numbers: Range<Int>) async throws {
        for number in numbers {
            let ids = try await publish(number, id: "\(round)-\(number)")
            say("published \(number) \(ids.joined(separator: ","))")
            KillPlan.step(.publish)
        }
    }

    private func publish(_ number: Int, id: String) async throws -> [String] {
        switch number % 6 {
        case 0:
            let members = (0..<20).map { Signature<Int>(task: "kill.step", arguments: [$0]) }
            return try await client.enqueue(MartletTasks.group(members), taskID: id).taskIDs
        case 1: return try await client.enqueue(chained(number), taskID: id).taskIDs
        case 2:
            let header = (0..<10).map { Signature<Int>(task: "kill.step", arguments: [$0]) }
            let sum = PartialSignature<[Int], Int>(task: "kill.sum")
            return try await client.enqueue(chord(header, sum)).taskIDs
        case 3:
            let flaky = Signature<Int>(task: "kill.flaky", arguments: [number])
            return try await client.enqueue(flaky, taskID: id).taskIDs
        case 4: return try await order(id, chained(number), in: own)
        default: return try await order(id, chained(number), in: other ?? own)
        }
    }

    /// Notes and enqueues a call in one transaction, unless an earlier client has done it.
    private func order(_ id: String, _ signature: Signature<Int>, in database: Database) async throws -> [String] {
        if KillDefect.current == .publishesOutside {
            let isNew = try await database.transaction { tx in try await Self.note(id, in: tx) }
            KillPlan.step(.order)
            guard isNew else { return [id] }
            return try await database.transaction { tx in
                try await tx.enqueue(signature, client: client, taskID: id).taskIDs
            }
        }
        return try await database.transaction { tx in
            guard try await Self.note(id, in: tx) else { return [id] }
            KillPlan.step(.order)
            return try await tx.enqueue(signature, client: client, taskID: id).taskIDs
        }
    }

    /// Whether it was not noted before.
    private static func note(_ id: String, in transaction: MartletORM.Transaction) async throws -> Bool {
        let rows = try await transaction.rows("INSERT INTO ordered VALUES (\(id)) ON CONFLICT DO NOTHING RETURNING id")
        return !rows.isEmpty
    }

    private func chained(_ number: Int) -> Signature<Int> {
        let add = PartialSignature<Int, Int>(task: "kill.add", arguments: [1])
        return Signature<Int>(task: "kill.step", arguments: [number]) | add | add
    }
}
