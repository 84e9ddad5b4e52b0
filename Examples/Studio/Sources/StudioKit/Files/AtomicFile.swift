import FoundationEssentials

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Writes files so that a reader, or a crash at any moment, sees the old file or the new one, never half of it.
public enum AtomicFile {
    /// Writes bytes under a path, replacing a file that is there.
    ///
    /// The bytes go to a temporary file beside it, reach the disk (`fsync`), and take the name in one step (`rename`);
    /// then the folder reaches the disk. The folder is made if it is missing. A process that is killed in between may
    /// leave a file that ends in `.tmp`, which nobody reads.
    ///
    /// - Throws: ``StudioKitError`` of code `file` naming the path, the step and the system's reason.
    public static func write(_ bytes: [UInt8], to path: String) throws {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw StudioKitError(.file, "cannot write '\(path)': a path is not empty and holds no NUL; correct it")
        }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        try makeFolder(folder.isEmpty ? "/" : folder)
        let temporary = "\(path).\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 36)).tmp"
        do {
            try fill(temporary, with: bytes)
            guard rename(temporary, path) == 0 else { throw failure("rename to", path) }
        } catch {
            unlink(temporary)
            throw error
        }
        try flushFolder(folder.isEmpty ? "/" : folder)
    }

    private static func makeFolder(_ folder: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw StudioKitError(
                .file,
                "cannot make the folder '\(folder)'; check the path and its permissions",
                cause: error
            )
        }
    }

    private static func fill(_ path: String, with bytes: [UInt8]) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw failure("create", path) }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { put(file, $0) }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                throw failure("write", path)
            }
        }
        guard fsync(file) == 0 else { throw failure("flush", path) }
    }

    private static func put(_ file: Int32, _ buffer: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
        Glibc.write(file, buffer.baseAddress, buffer.count)
        #elseif canImport(Musl)
        Musl.write(file, buffer.baseAddress, buffer.count)
        #else
        Darwin.write(file, buffer.baseAddress, buffer.count)
        #endif
    }

    private static func flushFolder(_ folder: String) throws {
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw failure("open the folder", folder) }
        defer { close(directory) }
        guard fsync(directory) == 0 else { throw failure("flush the folder", folder) }
    }

    private static func failure(_ step: String, _ path: String) -> StudioKitError {
        let reason = String(cString: strerror(errno))
        return StudioKitError(.file, "cannot \(step) '\(path)': \(reason)")
    }
}
