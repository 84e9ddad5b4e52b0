#if canImport(Darwin)
import Darwin
import Foundation
import Synchronization

/// The sockets that a ``SocketLoop`` waits for, given to the system each time anew; a change wakes the thread that waits.
final class WatchedSockets: Sendable {
    /// Whether a socket may be left out for a moment at little cost.
    static let lends = false

    private let events = Mutex<[Int32: Int32]>([:])
    private let wakeReader: Int32
    private let wakeWriter: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EMFILE) }
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        (wakeReader, wakeWriter) = (ends[0], ends[1])
    }

    deinit {
        close(wakeReader)
        close(wakeWriter)
    }

    func add(_ socket: Int32, _ events: Int32) { change(socket, events) }

    func change(_ socket: Int32, _ events: Int32) {
        self.events.withLock { $0[socket] = events }
        wake()
    }

    func remove(_ socket: Int32) {
        events.withLock { _ = $0.removeValue(forKey: socket) }
        wake()
    }

    /// Lets ``wait()`` return.
    func wake() {
        var byte: UInt8 = 1
        // A full pipe wakes as well.
        _ = write(wakeWriter, &byte, 1)
    }

    /// Waits until something happens; returns the sockets it happened to.
    ///
    /// As nothing is lent, there is no end to wait for.
    func wait(until _: ContinuousClock.Instant?) -> [Int32] {
        var watched = events.withLock { $0.map { pollfd(fd: $0, events: Int16($1), revents: 0) } }
        watched.append(pollfd(fd: wakeReader, events: Int16(POLLIN), revents: 0))
        guard poll(&watched, nfds_t(watched.count), -1) > 0 else { return [] }
        if watched.removeLast().revents != 0 { drain() }
        return watched.filter { $0.revents != 0 }.map(\.fd)
    }

    /// Whether something has happened, as far as is worth to be known here: ``wait(until:)`` tells.
    var isAnyReady: Bool { true }

    private func drain() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(wakeReader, &bytes, bytes.count) == bytes.count {}
    }
}
#endif
