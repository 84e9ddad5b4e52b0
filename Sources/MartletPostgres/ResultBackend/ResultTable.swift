import Foundation
import MartletORM
import MartletTasks

/// The tables of results and of finished members of chords, and every statement on them.
enum ResultTable {
    /// Stores results, each unless a stored one is to stay.
    static func store(_ tx: some QueryExecutor, _ results: [TaskResult], at now: Date) async throws {
        try await tx.change(
            """
            INSERT INTO martlet_result AS stored (id, state, is_final, result, stored_at, expires_at)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET state = excluded.state, is_final = excluded.is_final,
                result = excluded.result, stored_at = excluded.stored_at, expires_at = excluded.expires_at
            WHERE stored.state <> 'SUCCESS' AND (excluded.is_final OR NOT stored.is_final)
            """,
            each: results.map { result in
                [
                    .text(result.taskID), .text(result.state.rawValue), .flag(result.state.isFinal),
                    .blob(JSONWriter.bytes(of: result.json)), .moment(now), .moment(result.expires),
                ]
            })
    }

    /// The stored results of some tasks; the statement is the same however many there are.
    static func fetch(_ tx: some QueryExecutor, _ ids: [String]) async throws -> [String: TaskResult] {
        let rows = try await tx.all(
            "SELECT id, result, expires_at FROM martlet_result WHERE id = ANY (?::text[])", [.texts(ids)]
        ) { row in
            let id: String = try row.next()
            var result = try TaskResult(json: JSONParser.parse(row.bytes()))
            if let expires = try row.optionalMoment() { result.expires = expires }
            return (id, result)
        }
        return Dictionary(rows) { _, last in last }
    }

    static func forget(_ tx: some QueryExecutor, _ ids: [String]) async throws {
        try await tx.change("DELETE FROM martlet_result WHERE id = ANY (?::text[])", [.texts(ids)])
    }

    /// Drops results whose own expiry has come, old ones without one, and chords that have not changed for long.
    static func expire(
        _ tx: some QueryExecutor, at now: Date, storedBefore moment: Date, chordsChangedBefore: Date
    ) async throws {
        try await tx.change(
            "DELETE FROM martlet_result WHERE expires_at IS NOT NULL AND expires_at <= ?", [.moment(now)])
        try await tx.change(
            "DELETE FROM martlet_result WHERE stored_at < ? AND expires_at IS NULL", [.moment(moment)])
        try await tx.change(
            """
            WITH gone AS (DELETE FROM martlet_chord WHERE changed_at < ? RETURNING id)
            DELETE FROM martlet_chord_member USING gone WHERE chord = gone.id
            """, [.moment(chordsChangedBefore)])
    }

    /// Notes a finished member; the first note of a member counts, but a success takes the place of a failure.
    static func complete(_ tx: some QueryExecutor, _ member: ChordMember, at now: Date) async throws -> ChordCompletion
    {
        let isNew = try await tx.change(
            """
            INSERT INTO martlet_chord_member (chord, member, position, result) VALUES (?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """,
            [
                .text(member.chord), .text(member.result.taskID), .number(member.index),
                .blob(JSONWriter.bytes(of: member.result.json)),
            ])
        if isNew == 0, member.result.state == .success { try await mend(tx, member) }
        // The row stays locked until the commit, so that of two last members one sees the other.
        let finished: Int? = try await tx.one(
            """
            INSERT INTO martlet_chord AS chord (id, finished, changed_at) VALUES (?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET finished = chord.finished + excluded.finished,
                changed_at = excluded.changed_at
            RETURNING finished
            """, [.text(member.chord), .number(isNew), .moment(now)])
        guard let finished, finished >= member.size else { return .waiting(finished: finished ?? 0) }
        return .complete(
            try await tx.all(
                "SELECT result FROM martlet_chord_member WHERE chord = ? ORDER BY position", [.text(member.chord)]
            ) { try TaskResult(json: JSONParser.parse($0.bytes())) })
    }

    /// Puts the success of a member in the place of its failure.
    private static func mend(_ tx: some QueryExecutor, _ member: ChordMember) async throws {
        let key: [SQLValue] = [.text(member.chord), .text(member.result.taskID)]
        let noted = try await tx.all(
            "SELECT result FROM martlet_chord_member WHERE chord = ? AND member = ? FOR UPDATE", key
        ) { try TaskResult(json: JSONParser.parse($0.bytes())) }
        guard let first = noted.first, first.state != .success else { return }
        try await tx.change(
            "UPDATE martlet_chord_member SET result = ? WHERE chord = ? AND member = ?",
            [.blob(JSONWriter.bytes(of: member.result.json))] + key)
    }
}
