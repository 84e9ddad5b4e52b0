import Foundation
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// One thread that waits until sockets can be read or written, so that no task's thread does.
///
/// A socket is watched for reading from ``add(_:_:)`` to ``remove(_:)``, also while nobody expects anything: that is how
/// the end of a connection is seen at once.
final class SocketLoop: Sendable {
    /// Called on the loop's thread when the socket can be read, can be written, or is closed.
    typealias Handler = @Sendable () -> Void

    private struct Entry {
        var handler: Handler
        var wantsWriting = false
    }

    private struct State {
        var entries: [Int32: Entry] = [:]
        var isStopped = false
    }

    private let state = Mutex(State())
    /// Written to when the set of sockets has changed: the thread may be waiting.
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

    /// Starts the thread; it ends after ``stop()``.
    func start() {
        let thread = Thread { [self] in
            while poll() {}
        }
        thread.name = "martlet.postgres"
        thread.start()
    }

    /// Ends the thread once no socket is watched any more.
    func stop() {
        state.withLock { $0.isStopped = true }
        wake()
    }

    func add(_ socket: Int32, _ handler: @escaping Handler) {
        state.withLock { $0.entries[socket] = Entry(handler: handler) }
        wake()
    }

    /// Watches a socket no longer; call it before the socket is closed.
    func remove(_ socket: Int32) {
        state.withLock { _ = $0.entries.removeValue(forKey: socket) }
        wake()
    }

    /// Whether the socket is watched for writing too: while something that was sent has not left yet.
    func watchWriting(_ socket: Int32, _ wantsWriting: Bool) {
        let isChanged = state.withLock { state in
            guard let entry = state.entries[socket], entry.wantsWriting != wantsWriting else { return false }
            state.entries[socket]?.wantsWriting = wantsWriting
            return true
        }
        if isChanged { wake() }
    }

    private func wake() {
        var byte: UInt8 = 1
        // A full pipe wakes as well.
        _ = write(wakeWriter, &byte, 1)
    }

    /// Waits once and calls who is ready; returns false when the loop has been stopped.
    private func poll() -> Bool {
        let watched = state.withLock { state -> [pollfd]? in
            if state.isStopped, state.entries.isEmpty { return nil }
            return state.entries.map { socket, entry in
                pollfd(fd: socket, events: Int16(entry.wantsWriting ? POLLIN | POLLOUT : POLLIN), revents: 0)
            }
        }
        guard var watched else { return false }
        watched.append(pollfd(fd: wakeReader, events: Int16(POLLIN), revents: 0))
        guard waitForEvents(&watched) > 0 else { return true }
        if watched.removeLast().revents != 0 { drainWakes() }
        for event in watched where event.revents != 0 {
            state.withLock { $0.entries[event.fd]?.handler }?()
        }
        return true
    }

    private func waitForEvents(_ watched: inout [pollfd]) -> Int32 {
        #if canImport(Glibc)
        Glibc.poll(&watched, nfds_t(watched.count), -1)
        #elseif canImport(Musl)
        Musl.poll(&watched, nfds_t(watched.count), -1)
        #else
        Darwin.poll(&watched, nfds_t(watched.count), -1)
        #endif
    }

    private func drainWakes() {
        var bytes = [UInt8](repeating: 0, count: 64)
        while read(wakeReader, &bytes, bytes.count) == bytes.count {}
    }
}
