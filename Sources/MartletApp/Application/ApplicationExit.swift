import ArgumentParser
import Foundation
import MartletORM
import MartletSQLite
import MartletServices
import MartletTasks

/// The exit codes of an application's commands; the same as `sysexits.h` where it has one.
enum ApplicationExit {
    /// A command line that cannot be understood (EX_USAGE); the argument parser's own.
    static let usage = ExitCode(64)
    /// A file is not what it should be: a database that is none (EX_DATAERR).
    static let data = ExitCode(65)
    /// A service or address that is needed is not available: a port that is taken, a broker or a database server that is
    /// gone (EX_UNAVAILABLE).
    static let unavailable = ExitCode(69)
    /// A failure of the program's own (EX_SOFTWARE).
    static let software = ExitCode(70)
    /// A file or folder cannot be made or opened (EX_CANTCREAT).
    static let cannotCreate = ExitCode(73)
    /// Reading or writing fails: a disk that is full (EX_IOERR).
    static let inputOutput = ExitCode(74)
    /// It may work later: a file that another process holds, or a worker stopped hard (EX_TEMPFAIL).
    static let temporary = ExitCode(75)
    /// A file or folder that may not be written (EX_NOPERM).
    static let permission = ExitCode(77)
    /// A setting that is wrong: also a user, password or database that a database server refuses (EX_CONFIG).
    static let configuration = ExitCode(78)

    /// The code of an error, and what is said about it; `nil` for one that is not known here.
    static func report(of error: any Error) -> (message: String, code: ExitCode)? {
        if let problem = StoreProblem(error) {
            return ("\(message(of: error)). \(problem.advice)", code(for: problem))
        }
        switch error {
        case let error as ServiceError: return (error.message, code(for: error))
        case let error as TaskError: return (error.message, code(for: error))
        case let error as ORMError: return (error.message, code(for: error) ?? software)
        default: return nil
        }
    }

    static func code(for error: ServiceError) -> ExitCode {
        if let cause = error.cause {
            if let problem = StoreProblem(cause) { return code(for: problem) }
            if let cause = cause as? TaskError { return code(for: cause) }
            if let cause = cause as? ORMError, let code = code(for: cause) { return code }
            if let cause = cause as? CocoaError { return code(for: cause) }
        }
        return switch error.code {
        case .misconfigured: configuration
        case .unavailable, .unreachable, .addressInUse: unavailable
        default: software
        }
    }

    private static func code(for error: TaskError) -> ExitCode {
        if let cause = error.cause as? ORMError, let code = code(for: cause) { return code }
        return switch error.code {
        case .misconfigured, .invalidArgument: configuration
        case .brokerFailed, .backendFailed, .timedOut: unavailable
        default: software
        }
    }

    /// The code of what a database server answers, or that it does not; `nil` for any other error.
    private static func code(for error: ORMError) -> ExitCode? {
        switch error.code {
        case .cannotConnect, .connectionLost: unavailable
        case .accessDenied: configuration
        default: nil
        }
    }

    private static func code(for problem: StoreProblem) -> ExitCode {
        switch problem {
        case .notADatabase: data
        case .cannotOpen: cannotCreate
        case .readOnly: permission
        case .disk: inputOutput
        case .busy: temporary
        }
    }

    private static func code(for error: CocoaError) -> ExitCode {
        switch error.code {
        case .fileWriteNoPermission, .fileReadNoPermission: permission
        case .fileWriteOutOfSpace: inputOutput
        default: cannotCreate
        }
    }

    static func message(of error: any Error) -> String {
        switch error {
        case let error as TaskError: error.message
        case let error as ORMError: error.message
        default: "\(error)"
        }
    }

    /// What help says about them.
    static let help = """
        Exit codes: 0 stopped as asked, 64 wrong arguments, 65 a file is no database, 69 an address is taken, the broker \
        or the database server is gone or a service does not become ready, 70 failed, 73 a file or folder cannot be made or opened, 74 the disk \
        is full or fails, 75 a file is locked or the worker was stopped hard, 77 a file may not be written, 78 a setting \
        is wrong, a database refuses its user or a migration failed.
        """
}
