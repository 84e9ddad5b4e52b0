import GRDBSQLite

/// How long a connection may work on the thread of a task before it gives up, counted in the steps of SQLite's machine.
///
/// 20 000 steps are about a millisecond: a row by its key takes 20, a page with two joins some thousands.
// It needs no lock: only the thread that works with the connection touches it.
final class Patience: @unchecked Sendable {
    /// How many thousand steps are left; without a limit, a number that never ends.
    private let left = UnsafeMutablePointer<Int>.allocate(capacity: 1)

    /// Watches a connection, which must not be used once this object is gone.
    init(_ connection: OpaquePointer) {
        left.initialize(to: .max)
        sqlite3_progress_handler(
            connection, 1000,
            { left in
                guard let left = left?.assumingMemoryBound(to: Int.self) else { return 0 }
                left.pointee -= 1
                return left.pointee < 0 ? 1 : 0
            }, left)
    }

    deinit {
        left.deallocate()
    }

    /// Gives the work that follows a limit.
    func begin() { left.pointee = 20 }

    /// Takes the limit away.
    func end() { left.pointee = .max }

    /// Whether the work was stopped for it.
    var isExhausted: Bool { left.pointee < 0 }
}
