import Foundation
import GRDB
import MartletTasks

import enum MartletORM.SQLValue

/// The tables of results and of finished members of chords, and every statement on them.
enum ResultTable {
    static let schema = """
        CREATE TABLE IF NOT EXISTS martlet_result (
            id TEXT PRIMARY KEY, state TEXT NOT NULL, is_final INTEGER NOT NULL, result BLOB NOT NULL,
            stored_at INTEGER NOT NULL);
        CREATE INDEX IF NOT EXISTS martlet_result_stored_at ON martlet_result (stored_at);
        CREATE TABLE IF NOT EXISTS martlet_chord (
            id TEXT PRIMARY KEY, finished INTEGER NOT NULL, changed_at INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS martlet_chord_member (
            chord TEXT NOT NULL, member TEXT NOT NULL, position INTEGER NOT NULL, result BLOB NOT NULL,
            PRIMARY KEY (chord, member)) WITHOUT ROWID;
        """

    /// Columns that the first version did not have.
    static let laterColumns = [SchemaUpgrade.Column(name: "expires_at", type: "INTEGER")]
    static let laterSchema = """
        CREATE INDEX IF NOT EXISTS martlet_result_expires_at ON martlet_result (expires_at)
        WHERE expires_at IS NOT NULL
        """

    /// The values of a result's row; made before the transaction in which others wait.
    static func row(_ result: TaskResult, at now: Date) -> [SQLValue] {
        [
            .text(result.taskID), .text(result.state.rawValue), .integer(result.state.isFinal ? 1 : 0),
            .blob(JSONWriter.bytes(of: result.json)), .integer(micros(now)),
            result.expires.map { .integer(micros($0)) } ?? .null,
        ]
    }

    /// Stores the row of a result unless a stored one is to stay.
    static func store(_ db: Database, _ row: [SQLValue]) throws {
        try db.execute(
            cached: """
                INSERT INTO martlet_result (id, state, is_final, result, stored_at, expires_at)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET state = excluded.state, is_final = excluded.is_final,
                    result = excluded.result, stored_at = excluded.stored_at,
                    expires_at = excluded.expires_at
                WHERE state <> 'SUCCESS' AND (excluded.is_final OR NOT is_final)
                """,
            bindings: row)
    }

    /// The stored results of some tasks; the statement is the same however many there are.
    static func fetch(_ db: Database, _ ids: [String]) throws -> [String: TaskResult] {
        let list = JSONWriter.text(of: .array(ids.map(JSONValue.string)))
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT id, result, expires_at FROM martlet_result WHERE id IN (SELECT value FROM json_each(?))
                    """), arguments: [list])
        var results: [String: TaskResult] = [:]
        while let row = try rows.next() {
            results[row[0]] = try result(row[1])
            if let expires = row[2] as Int64? { results[row[0]]?.expires = date(expires) }
        }
        return results
    }

    static func forget(_ db: Database, _ ids: [String]) throws {
        for id in ids { try db.execute(cached: "DELETE FROM martlet_result WHERE id = ?", [id]) }
    }

    /// Drops results whose own expiry has come, old ones without one, and chords that have not changed for long.
    static func expire(_ db: Database, at now: Date, storedBefore moment: Date, chordsChangedBefore: Date) throws {
        let moment = micros(moment)
        let chordMoment = micros(chordsChangedBefore)
        try db.execute(
            cached: "DELETE FROM martlet_result WHERE expires_at IS NOT NULL AND expires_at <= ?", [micros(now)])
        try db.execute(cached: "DELETE FROM martlet_result WHERE stored_at < ? AND expires_at IS NULL", [moment])
        try db.execute(
            cached: """
                DELETE FROM martlet_chord_member
                WHERE chord IN (SELECT id FROM martlet_chord WHERE changed_at < ?)
                """, [chordMoment])
        try db.execute(cached: "DELETE FROM martlet_chord WHERE changed_at < ?", [chordMoment])
    }

    /// Notes a finished member; the first note of a member counts, but a success takes the place of a failure.
    static func complete(_ db: Database, _ member: ChordMember, at now: Date) throws -> ChordCompletion {
        try db.execute(
            cached: "INSERT OR IGNORE INTO martlet_chord_member (chord, member, position, result) VALUES (?, ?, ?, ?)",
            [member.chord, member.result.taskID, member.index, bytes(member.result)])
        let isNew = db.changesCount > 0 ? 1 : 0
        if isNew == 0, member.result.state == .success { try mend(db, member) }
        let finished =
            try Int.fetchOne(
                db.cachedStatement(
                    sql: """
                        INSERT INTO martlet_chord (id, finished, changed_at) VALUES (?, ?, ?)
                        ON CONFLICT (id) DO UPDATE SET finished = finished + excluded.finished,
                            changed_at = excluded.changed_at
                        RETURNING finished
                        """), arguments: [member.chord, isNew, micros(now)]) ?? 0
        guard finished >= member.size else { return .waiting(finished: finished) }
        let members = try Data.fetchAll(
            db.cachedStatement(sql: "SELECT result FROM martlet_chord_member WHERE chord = ? ORDER BY position"),
            arguments: [member.chord])
        return .complete(try members.map(result))
    }

    /// Puts the success of a member in the place of its failure.
    private static func mend(_ db: Database, _ member: ChordMember) throws {
        let key: StatementArguments = [member.chord, member.result.taskID]
        let noted = try Data.fetchOne(
            db.cachedStatement(sql: "SELECT result FROM martlet_chord_member WHERE chord = ? AND member = ?"),
            arguments: key)
        guard let noted, try result(noted).state != .success else { return }
        try db.execute(
            cached: "UPDATE martlet_chord_member SET result = ? WHERE chord = ? AND member = ?",
            [bytes(member.result), member.chord, member.result.taskID])
    }

    private static func bytes(_ result: TaskResult) -> Data { Data(JSONWriter.bytes(of: result.json)) }
    private static func result(_ data: Data) throws -> TaskResult {
        try TaskResult(json: JSONParser.parse([UInt8](data)))
    }
}
