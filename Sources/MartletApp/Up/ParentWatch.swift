import ArgumentParser
import Foundation

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// Ends a child of `up` when `up` is gone, even when it was killed and could tell nobody.
///
/// The child's standard input is a pipe whose other end only `up` holds. A thread reads it; at its end the process gets
/// SIGTERM, and is ended for good when it has not stopped within 40 seconds.
enum ParentWatch {
    /// Set in the environment of a process that is to watch.
    static let variable = "MARTLET_WATCH_PARENT"
    /// Whether this process was started to watch.
    static let isWatching = ProcessInfo.processInfo.environment[variable] != nil

    /// Begins to watch if this process was started to do so; once per process.
    static func beginIfAsked() {
        guard isWatching else { return }
        unsetenv(variable)
        Thread.detachNewThread {
            var byte: UInt8 = 0
            var count = 1
            repeat { count = read(STDIN_FILENO, &byte, 1) } while count > 0 || (count < 0 && errno == EINTR)
            kill(getpid(), SIGTERM)
            Thread.sleep(forTimeInterval: 40)
            _exit(ApplicationExit.software.rawValue)
        }
    }
}
