#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The one name of a file that has several.
///
/// Asked of the C library: Foundation's way from a path to a URL and back keeps a megabyte of its code in memory.
enum FileIdentity {
    /// The absolute path without links, whether the file is there yet or not; a path whose directory is not there stays
    /// as it is.
    static func path(of path: String) -> String { resolve(path, links: 40) }

    private static func resolve(_ path: String, links: Int) -> String {
        if let whole = realPath(path) { return whole }
        let (directory, name) = split(path)
        // A link to a file that is not there yet, which whoever opens it makes.
        if links > 0, let target = target(ofLink: path) {
            return resolve(target.utf8.first == UInt8(ascii: "/") ? target : directory + "/" + target, links: links - 1)
        }
        guard let parent = realPath(directory) else { return path }
        return parent == "/" ? "/" + name : parent + "/" + name
    }

    private static func split(_ path: String) -> (directory: String, name: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
        let name = String(path[path.utf8.index(after: slash)...])
        return (slash == path.startIndex ? "/" : String(path[..<slash]), name)
    }

    private static func realPath(_ path: String) -> String? {
        guard let real = realpath(path, nil) else { return nil }
        defer { free(real) }
        return String(cString: real)
    }

    private static func target(ofLink path: String) -> String? {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4097) { target in
            guard let start = target.baseAddress else { return nil }
            let count = readlink(path, start, target.count - 1)
            guard count > 0 else { return nil }
            target[count] = 0
            return String(cString: start)
        }
    }
}
