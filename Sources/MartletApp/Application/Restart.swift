import Foundation
import MartletServices

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Starts the program anew in the same process, with the same arguments, environment, input and output.
///
/// The file is the one this program was started from, by its name: after a deploy that has put another one in its place,
/// that is the new program.
enum Restart {
    /// Where the program is; asked for at the start, while its file is surely there.
    static let path: String = {
        #if canImport(Glibc)
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        #else
        Bundle.main.executablePath ?? CommandLine.arguments[0]
        #endif
    }()

    /// Replaces this program; what is open besides input, output and errors is closed.
    ///
    /// - Throws: `ServiceError` with code `unavailable` when the file cannot be started.
    static func perform() throws -> Never {
        if ParentWatch.isWatching { setenv(ParentWatch.variable, "1", 1) }
        for descriptor in openDescriptors where descriptor > STDERR_FILENO {
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
        for number in [SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1] { signal(number, SIG_DFL) }
        var none = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, nil)
        let arguments = CommandLine.arguments.map { strdup($0) } + [nil]
        execv(path, arguments)
        throw ServiceError(
            .unavailable,
            "\(path) cannot be started anew: \(String(cString: strerror(errno))). Put the program there and start it.")
    }

    private static var openDescriptors: [Int32] {
        #if canImport(Glibc)
        let folder = "/proc/self/fd"
        #else
        let folder = "/dev/fd"
        #endif
        return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).compactMap { Int32($0) }
    }
}
