import GRDB
import GRDBSQLite
import Synchronization

/// How long a connection may work: until its task is cancelled and, on the thread of a task, so many steps of SQLite's
/// machine.
///
/// 20 000 steps are about a millisecond: a row by its key takes 20, a page with two joins some thousands.
// Its count needs no lock: only the thread that works with the connection touches it.
final class Patience: @unchecked Sendable {
    /// How many thousand steps are left; without a limit, a number that never ends.
    private var left = Int.max
    private let isStopped = Atomic(false)

    /// Watches a connection, which must not be used once this object is gone.
    init(_ connection: OpaquePointer) {
        sqlite3_progress_handler(
            connection, 1000,
            { context in
                guard let context else { return 0 }
                return Unmanaged<Patience>.fromOpaque(context).takeUnretainedValue().isOver() ? 1 : 0
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Lets the work that follows go on until it is stopped.
    func begin() {
        left = .max
        isStopped.store(false, ordering: .relaxed)
    }

    /// Gives work so many thousand steps and returns its value; `nil` when it was stopped for needing more.
    func limited<Value>(_ thousands: Int, _ work: () throws -> Value) throws -> Value? {
        begin()
        left = thousands
        defer { left = .max }
        do {
            return try work()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_INTERRUPT && left < 0 {
            return nil
        }
    }

    /// Stops what runs, also what has not taken its first step yet, which `sqlite3_interrupt` passes over.
    func stop() { isStopped.store(true, ordering: .relaxed) }

    private func isOver() -> Bool {
        left -= 1
        return left < 0 || isStopped.load(ordering: .relaxed)
    }
}
