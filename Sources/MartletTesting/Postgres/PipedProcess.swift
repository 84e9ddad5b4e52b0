import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A program that reads what is written to it and whose output can be read; its errors go where this process's go.
///
/// It has nothing else of this process: no descriptor, so that no file or socket of a test stays open in it, and no
/// ignored or blocked signal. Foundation's `Process` is not used because it does harm to other threads that open files at
/// that moment, as those of tests in parallel do.
struct PipedProcess: Sendable {
    let id: pid_t
    let input: FileHandle
    let output: FileHandle

    /// Starts a program.
    ///
    /// - Parameter arguments: Its path, then its arguments.
    /// - Throws: ``PostgresServerError`` with what the system says.
    static func start(_ arguments: [String]) throws -> PipedProcess {
        let (toProcess, fromProcess) = (Pipe(), Pipe())
        for pipe in [toProcess, fromProcess] {
            for end in [pipe.fileHandleForReading, pipe.fileHandleForWriting] {
                _ = fcntl(end.fileDescriptor, F_SETFD, FD_CLOEXEC)
            }
        }
        let id = try spawn(
            arguments, input: toProcess.fileHandleForReading.fileDescriptor,
            output: fromProcess.fileHandleForWriting.fileDescriptor)
        try toProcess.fileHandleForReading.close()
        try fromProcess.fileHandleForWriting.close()
        return PipedProcess(
            id: id, input: toProcess.fileHandleForWriting, output: fromProcess.fileHandleForReading)
    }

    /// Waits until the process has ended, on the calling thread.
    func wait() {
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
    }

    private static func spawn(_ arguments: [String], input: Int32, output: Int32) throws -> pid_t {
        #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        var attributes: posix_spawnattr_t?
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_CLOEXEC_DEFAULT
        #else
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        let flags = Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        #if canImport(Darwin)
        posix_spawn_file_actions_addinherit_np(&actions, 2)
        #else
        for other in otherDescriptors { posix_spawn_file_actions_addclose(&actions, other) }
        #endif
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(flags))
        let words = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var id: pid_t = 0
        let error = posix_spawn(&id, arguments[0], &actions, &attributes, words, environ)
        guard error == 0 else {
            throw PostgresServerError(
                description: "\(arguments[0]) could not be started: \(String(cString: strerror(error))).")
        }
        return id
    }

    #if !canImport(Darwin)
    /// What this process has open besides, and what other threads may open until the child is there.
    ///
    /// Those get the lowest numbers that are free. Closing one in the child that is closed already does no harm.
    private static var otherDescriptors: ClosedRange<Int32> {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        let highest = names.compactMap { Int32($0) }.max() ?? 2
        let limit = Int32(clamping: sysconf(Int32(_SC_OPEN_MAX)))
        return 3...max(3, min(highest + 256, limit - 1))
    }
    #endif
}
