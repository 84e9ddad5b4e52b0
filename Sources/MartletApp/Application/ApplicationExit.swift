import ArgumentParser
import MartletServices

/// The exit codes of an application's commands; the same as `sysexits.h` where it has one.
enum ApplicationExit {
    /// A command line that cannot be understood (EX_USAGE); the argument parser's own.
    static let usage = ExitCode(64)
    /// A service or address that is needed is not available: a port that is taken (EX_UNAVAILABLE).
    static let unavailable = ExitCode(69)
    /// A failure of the program's own (EX_SOFTWARE).
    static let software = ExitCode(70)
    /// A setting that is wrong (EX_CONFIG).
    static let configuration = ExitCode(78)

    static func code(for error: ServiceError) -> ExitCode {
        switch error.code {
        case .misconfigured: configuration
        case .unavailable, .unreachable, .addressInUse: unavailable
        default: software
        }
    }

    /// What help says about them.
    static let help = """
        Exit codes: 0 stopped as asked, 64 wrong arguments, 69 an address is taken or a service does not become ready, \
        70 failed, 78 a setting is wrong or a migration failed.
        """
}
