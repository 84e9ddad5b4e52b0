/// How a SQLite file is opened.
public struct SQLiteOptions: Sendable {
    /// When a commit is safe.
    public enum Synchronous: String, Sendable {
        /// When it has reached the disk: it survives a loss of power. The default.
        case full = "FULL"
        /// When the system has it: it survives the process, and a loss of power may take the last commits.
        case normal = "NORMAL"
        /// Never waited for: a loss of power may destroy the file. For tests.
        case off = "OFF"
    }

    /// When a commit is safe; `.full` by default.
    public var synchronous: Synchronous
    /// The number of connections that read beside the writer; 4 by default, at least 1.
    public var readers: Int
    /// How long a write waits for another process that writes; 10 seconds by default.
    public var busyTimeout: Duration

    /// Makes options; each has its default.
    public init(synchronous: Synchronous = .full, readers: Int = 4, busyTimeout: Duration = .seconds(10)) {
        self.synchronous = synchronous
        self.readers = readers
        self.busyTimeout = busyTimeout
    }
}
