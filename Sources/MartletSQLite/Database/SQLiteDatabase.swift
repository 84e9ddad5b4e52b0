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
