import GRDB
import MartletORM
import MartletTasks

/// What is wrong with an SQLite file, for a process that cannot start without it.
package enum StoreProblem: Sendable, Hashable, CaseIterable {
    /// The file is no SQLite database, or a damaged one.
    case notADatabase
    /// The file or its folder cannot be opened.
    case cannotOpen
    /// The file or its folder may not be written.
    case readOnly
    /// The disk is full, or fails.
    case disk
    /// Another process holds the file.
    case busy

    /// Finds the problem behind an error, or its cause; `nil` when it is none of SQLite's.
    package init?(_ error: any Error) {
        switch error {
        case let error as TaskError:
            guard let cause = error.cause, let problem = StoreProblem(cause) else { return nil }
            self = problem
        case let error as ORMError:
            guard let cause = error.cause, let problem = StoreProblem(cause) else { return nil }
            self = problem
        case let error as DatabaseError:
            switch error.resultCode {
            case .SQLITE_NOTADB, .SQLITE_CORRUPT: self = .notADatabase
            case .SQLITE_CANTOPEN: self = .cannotOpen
            case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: self = .readOnly
            case .SQLITE_FULL, .SQLITE_IOERR: self = .disk
            case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy
            default: return nil
            }
        default: return nil
        }
    }

    /// What to do.
    package var advice: String {
        switch self {
        case .notADatabase: "The file is no SQLite database, or is damaged. Move it away, or restore it from a backup."
        case .cannotOpen: "Check that its folder exists, and that the file is one that this user may read and write."
        case .readOnly: "Give this user the right to write the file and its folder."
        case .disk: "Check that the disk is not full and that the file may grow."
        case .busy: "Another process has locked the file. End that process, or wait for it."
        }
    }
}
