import GRDB

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// SQLite's write-ahead log.
enum WriteAheadLog {
    /// How often a file is tried that others are opening; some seconds in all.
    private static let attempts = 1000

    /// Turns it on, which the file then remembers.
    ///
    /// For this SQLite never waits for others, whatever the busy handler says: of several processes that open one new file at
    /// the same moment, all but one are told that it is locked.
    ///
    /// - Throws: `DatabaseError` when the file stays locked for some seconds, or cannot be written.
    static func turnOn(_ db: Database) throws {
        for _ in 1..<attempts {
            do {
                return try db.execute(sql: "PRAGMA journal_mode = WAL")
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
                usleep(UInt32.random(in: 1_000...10_000))
            }
        }
        try db.execute(sql: "PRAGMA journal_mode = WAL")
    }
}
