import GRDB
import MartletTasks
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A process that holds leases, known by a lock that the kernel drops when the process dies, however it dies.
///
/// Each holder has a number from a table and keeps the byte of that number in the wake file locked. Whoever finds a
/// lease of a holder whose byte is not locked takes it over at once, without waiting for the lease to run out.
enum Holder {
    static let schema = "CREATE TABLE IF NOT EXISTS martlet_holder (id INTEGER PRIMARY KEY AUTOINCREMENT);"

    /// Registers this process and locks its byte.
    static func register(_ db: Database, lockingIn file: Int32) throws -> Int64 {
        try db.execute(cached: "INSERT INTO martlet_holder DEFAULT VALUES")
        let id = db.lastInsertedRowID
        var lock = byteLock(id)
        guard fcntl(file, setLock, &lock) == 0 else {
            throw TaskError(
                .brokerFailed, "cannot lock the wake file: \(String(cString: strerror(errno))); is it on a local disk?")
        }
        return id
    }

    /// Gives back what dead processes hold; returns whether any had died.
    static func releaseDead(_ db: Database, except own: Int64?, file: Int32) throws -> Bool {
        let holders = try Int64.fetchAll(db.cachedStatement(sql: "SELECT id FROM martlet_holder"))
        let dead = holders.filter { $0 != own && !isAlive($0, file: file) }
        for id in dead {
            try MessageTable.release(db, holder: id)
            try db.execute(cached: "DELETE FROM martlet_holder WHERE id = ?", [id])
        }
        return !dead.isEmpty
    }

    /// Whether some other process has died; needs no write transaction.
    static func anyDead(_ db: Database, except own: Int64?, file: Int32) throws -> Bool {
        try Int64.fetchAll(db.cachedStatement(sql: "SELECT id FROM martlet_holder"))
            .contains { $0 != own && !isAlive($0, file: file) }
    }

    private static func isAlive(_ id: Int64, file: Int32) -> Bool {
        var lock = byteLock(id)
        return fcntl(file, getLock, &lock) != 0 || lock.l_type != Int16(F_UNLCK)
    }

    private static func byteLock(_ id: Int64) -> flock {
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = off_t(id)
        lock.l_len = 1
        return lock
    }

    // Locks of the open file, not of the process: they survive other files being closed.
    #if os(Linux)
    private static let getLock: Int32 = 36  // F_OFD_GETLK
    private static let setLock: Int32 = 37  // F_OFD_SETLK
    #else
    private static let getLock: Int32 = 92  // F_OFD_GETLK
    private static let setLock: Int32 = 90  // F_OFD_SETLK
    #endif
}

/// The number this process holds leases by, once it has one.
final class HolderNumber: Sendable {
    private let value = Mutex<Int64?>(nil)

    var known: Int64? { value.withLock(\.self) }

    /// The number, given by `register` at the first call.
    func number(_ register: () throws -> Int64) rethrows -> Int64 {
        try value.withLock { value in
            if let value { return value }
            let new = try register()
            value = new
            return new
        }
    }

    /// Forgets the number, whose registration may have been undone; the next call gives another.
    func forget() { value.withLock { $0 = nil } }
}
