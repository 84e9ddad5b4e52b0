#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// This machine's name, as its system has it.
///
/// Asked of the C library, like the environment of a pool's process: Foundation's `ProcessInfo` stays in the memory of
/// every worker once it has been asked anything.
enum HostName {
    static let current: String = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { name in
        // Cut, not ended, where the name is as long as the room for it.
        guard let start = name.baseAddress, gethostname(start, name.count - 1) == 0 else { return "localhost" }
        name[name.count - 1] = 0
        return String(cString: start)
    }
}
