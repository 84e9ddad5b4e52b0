import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The file to which every task of every peer appends 16 bytes: its number and the monotonic time in nanoseconds.
///
/// Rates are taken from these times, not from what a worker says of itself, and starting up is not in them.
struct Hits: Sendable {
    let path: String
    private let descriptor: Int32

    init(path: String) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    }

    func append(_ number: Int) {
        var record = (number, Self.now)
        _ = write(descriptor, &record, 16)
    }

    /// How many there are.
    var count: Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) / 16 : 0
    }

    /// The times of all, sorted.
    var times: [Int] {
        let bytes = (try? Data(contentsOf: URL(fileURLWithPath: path))) ?? Data()
        return bytes.withUnsafeBytes { buffer in
            stride(from: 8, to: buffer.count - 7, by: 16).map { buffer.loadUnaligned(fromByteOffset: $0, as: Int.self) }
        }.sorted()
    }

    /// Tasks a second between the first and the last.
    var rate: Double {
        let times = times
        guard let first = times.first, let last = times.last, last > first else { return 0 }
        return Double(times.count - 1) / (Double(last - first) / 1e9)
    }

    /// Waits until there are `count`; gives up when none has come for a minute.
    func wait(for count: Int) async throws {
        var last = (count: 0, at: ContinuousClock.now)
        while true {
            let now = self.count
            if now >= count { return }
            if now > last.count { last = (now, .now) }
            guard ContinuousClock.now - last.at < .seconds(60) else {
                throw BenchmarkError("only \(now) of \(count) tasks have run, and none in the last minute")
            }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    /// The monotonic clock that Python's `time.monotonic_ns()` reads too.
    static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}

/// Says why nothing was measured.
struct BenchmarkError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
