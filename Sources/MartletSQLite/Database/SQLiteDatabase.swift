import Foundation
public import MartletORM

/// Opens databases in SQLite files.
///
/// ```swift
/// let database = try SQLiteDatabase.open(path: "studio.sqlite")
/// ```
///
/// A file may be open in several processes. One writes at a time, in each process and among them; the others wait.
/// Readers never wait for writers. A commit survives the loss of power.
public enum SQLiteDatabase {
    /// Opens a file, and makes it when there is none.
    ///
    /// - Throws: `ORMError` when the file cannot be opened, is no SQLite file, or may not be written.
    public static func open(path: String, options: SQLiteOptions = SQLiteOptions()) throws -> Database {
        Database(driver: try SQLiteDriver(path: path, options: options))
    }

    /// Makes a database in a new file of the temporary folder, which is deleted when the database is closed or let go.
    ///
    /// For tests: it does not wait for the disk, so a loss of power loses it.
    public static func temporary() throws -> Database {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("martlet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var options = SQLiteOptions()
        options.synchronous = .off
        let file = folder.appendingPathComponent("database.sqlite")
        return Database(driver: try SQLiteDriver(path: file.path, options: options, temporaryFolder: folder))
    }
}

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
