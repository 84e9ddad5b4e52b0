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
        /// Whether another thread waits for it, for a moment.
        var isLent = false

        var events: Int32 { Int32(isLent ? 0 : POLLIN) | Int32(wantsWriting ? POLLOUT : 0) }
    }

    private struct State {
        var entries: [Int32: Entry] = [:]
        var isStopped = false
    }

    private let state = Mutex(State())
    private let watched: WatchedSockets

    init() throws {
        watched = try WatchedSockets()
    }

    /// Starts the thread; it ends after ``stop()``.
    func start() {
        let thread = Thread { [self] in
            while waitOnce() {}
        }
        thread.name = "martlet.postgres"
        thread.start()
    }

    /// Ends the thread once no socket is watched any more.
    func stop() {
        state.withLock { $0.isStopped = true }
        watched.wake()
    }

    func add(_ socket: Int32, _ handler: @escaping Handler) {
        let entry = Entry(handler: handler)
        state.withLock { state in
            state.entries[socket] = entry
            watched.add(socket, entry.events)
        }
    }

    /// Watches a socket no longer; call it before the socket is closed.
    func remove(_ socket: Int32) {
        state.withLock { state in
            if state.entries.removeValue(forKey: socket) != nil { watched.remove(socket) }
        }
        watched.wake()
    }

    /// Whether the socket is watched for writing too: while something that was sent has not left yet.
    func watchWriting(_ socket: Int32, _ wantsWriting: Bool) {
        change(socket) { $0.wantsWriting = wantsWriting }
    }

    /// Leaves the reading of a socket to the caller's thread until ``takeBack(_:)``; false where that is not worth it.
    func lend(_ socket: Int32) -> Bool {
        guard WatchedSockets.lends else { return false }
        change(socket) { $0.isLent = true }
        return true
    }

    /// Watches a socket again that was lent.
    func takeBack(_ socket: Int32) {
        change(socket) { $0.isLent = false }
    }

    /// Waits on the caller's thread until a lent socket can be read; false when it cannot for a millisecond.
    func waitToRead(_ socket: Int32) -> Bool {
        var wanted = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&wanted, 1, 1) > 0
    }

    /// Looks whether a lent socket can be read, again and again without sleeping; false when it cannot for 200 µs.
    ///
    /// To fall asleep and be woken takes about as long, and a fast server has answered before, or sends the next part of a
    /// large answer. Where there is one processor, the server needs it.
    func watchToRead(_ socket: Int32) -> Bool {
        guard Self.hasProcessorToSpare else { return false }
        let end = ContinuousClock.now + .microseconds(200)
        var byte: UInt8 = 0
        repeat {
            let count = recv(socket, &byte, 1, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
            // What is wrong with the socket is found out by whoever reads.
            if count >= 0 || (errno != EAGAIN && errno != EINTR) { return true }
            // The server may have been put on this processor, in the belief that this thread would sleep.
            sched_yield()
        } while ContinuousClock.now < end
        return false
    }

    private static let hasProcessorToSpare = ProcessInfo.processInfo.activeProcessorCount > 1

    private func change(_ socket: Int32, _ change: (inout Entry) -> Void) {
        state.withLock { state in
            guard var entry = state.entries[socket] else { return }
            let before = entry.events
            change(&entry)
            state.entries[socket] = entry
            if entry.events != before { watched.change(socket, entry.events) }
        }
    }

    /// Waits once and calls who is ready; returns false when the loop has been stopped.
    private func waitOnce() -> Bool {
        guard state.withLock({ !$0.isStopped || !$0.entries.isEmpty }) else { return false }
        for socket in watched.wait() { state.withLock { $0.entries[socket]?.handler }?() }
        return true
    }
}
