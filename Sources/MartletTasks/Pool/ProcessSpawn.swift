import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Starts this program once more, as a process of the pool.
///
/// It gets the same arguments and environment, the same output and errors, no input, and one descriptor: its end of the
/// socket. It stays in this process's group.
enum ProcessSpawn {
    /// The environment variable by which the new process knows what it is: `<descriptor>,<fingerprint of the tasks>`.
    static let variable = "MARTLET_POOL_CHILD"
    /// The descriptor of the child's end in the child.
    static let descriptor: Int32 = 3

    /// Starts the process and returns its id.
    ///
    /// - Throws: ``TaskError`` with code `childFailed` and what the system says.
    static func start(_ socket: FrameSocket, fingerprint: String) throws(TaskError) -> pid_t {
        #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        var attributes: posix_spawnattr_t?
        #else
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, socket.descriptor, descriptor)
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        #if canImport(Darwin)
        posix_spawn_file_actions_addinherit_np(&actions, 1)
        posix_spawn_file_actions_addinherit_np(&actions, 2)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_CLOEXEC_DEFAULT))
        #else
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        for other in otherDescriptors { posix_spawn_file_actions_addclose(&actions, other) }
        #endif
        let arguments = CommandLine.arguments.map { strdup($0) } + [nil]
        let environment = environment(fingerprint: fingerprint).map { strdup($0) } + [nil]
        defer { for text in arguments + environment { free(text) } }
        var pid: pid_t = 0
        let error = posix_spawn(&pid, try executable(), &actions, &attributes, arguments, environment)
        guard error == 0 else { throw .system("the program could not be started again for the pool", error) }
        return pid
    }

    private static func environment(fingerprint: String) -> [String] {
        var variables = ProcessInfo.processInfo.environment
        variables[variable] = "\(descriptor),\(fingerprint)"
        return variables.map { "\($0)=\($1)" }
    }

    private static func executable() throws(TaskError) -> String {
        #if canImport(Darwin)
        var size: UInt32 = 0
        _ = _NSGetExecutablePath(nil, &size)
        var path = [CChar](repeating: 0, count: Int(size))
        guard _NSGetExecutablePath(&path, &size) == 0 else { throw .system("the program's path is not known") }
        return String(cString: path)
        #else
        return "/proc/self/exe"
        #endif
    }

    #if !canImport(Darwin)
    /// What this process has open besides; closing one in the child that is closed already does no harm.
    private static var otherDescriptors: [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return names.compactMap { Int32($0) }.filter { $0 > descriptor }
    }
    #endif
}
