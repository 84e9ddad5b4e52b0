import Foundation

#if canImport(Darwin)
import Darwin
#endif

/// The memory this process holds, in bytes.
enum ResidentMemory {
    /// The pages in memory; on macOS, which does not tell them as simply, the most there have been.
    static var bytes: Int {
        #if canImport(Darwin)
        var usage = rusage()
        return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : 0
        #else
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return 0 }
        return pages * sysconf(Int32(_SC_PAGESIZE))
        #endif
    }
}
