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
/// the end of a connection is seen. One that was lent to a thread is left alone for a moment afterwards, as it is
/// often lent again at once.
final class SocketLoop: Sendable {
    /// Called on the loop's thread when the socket can be read, can be written, or is closed; returns whether something has
    /// begun to come that will soon go on.
    typealias Handler = @Sendable () -> Bool

    private struct Entry {
        var handler: Handler
        var wantsWriting = false
        var reader = Reader.loop

        var events: Int32 { Int32(reader == .loop ? POLLIN : 0) | Int32(wantsWriting ? POLLOUT : 0) }
    }

    /// Who reads from a socket.
    private enum Reader: Equatable {
        /// This loop.
        case loop
        /// A thread that waits for it.
        case borrower
        /// Nobody, since a round of the loop: nothing is expected.
        case nobody(since: UInt64)
    }

    private struct State {
        var entries: [Int32: Entry] = [:]
        var isStopped = false
        /// Counts the times at which the loop takes back what nobody reads.
        var round: UInt64 = 0
        /// When the next round is; `nil` while everything is read.
        var nextRound: ContinuousClock.Instant?
    }

    /// How long a socket that was lent stays unread at least, twice as long at most.
    private static let rest = Duration.milliseconds(50)

    private let state = Mutex(State())
    private let watched: WatchedSockets

    init() throws {
        watched = try WatchedSockets()
    }

    /// Starts the thread; it ends after ``stop()``.
    func start() {
        let thread = Thread { [self] in
            var isAwake = false
            while let goesOn = waitOnce(isAwake) { isAwake = goesOn }
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

    /// Leaves the reading of a socket to the caller's thread until ``takeBack(_:)`` or ``rest(_:)``; false where that is not
    /// worth it.
    func lend(_ socket: Int32) -> Bool {
        guard WatchedSockets.lends else { return false }
        change(socket) { $0.reader = .borrower }
        return true
    }

    /// Watches a socket again that was lent.
    func takeBack(_ socket: Int32) {
        change(socket) { $0.reader = .loop }
    }

    /// Takes back a lent socket from which nothing is expected: it is watched again when it was not lent for a moment.
    ///
    /// Who expects something all the same calls ``watch(_:)``.
    func rest(_ socket: Int32) {
        let isFirst = state.withLock { state in
            guard var entry = state.entries[socket] else { return false }
            entry.reader = .nobody(since: state.round)
            state.entries[socket] = entry
            guard state.nextRound == nil else { return false }
            state.nextRound = .now + Self.rest
            return true
        }
        if isFirst { watched.wake() }
    }

    /// Watches a socket unless a thread waits for it.
    func watch(_ socket: Int32) {
        change(socket) { entry in
            if case .nobody = entry.reader { entry.reader = .loop }
        }
    }

    /// Waits on the caller's thread until a lent socket can be read; false when it cannot for a millisecond.
    func waitToRead(_ socket: Int32) -> Bool {
        var wanted = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&wanted, 1, 1) > 0
    }

    /// Looks whether a lent socket can be read, again and again without sleeping; false when it cannot for 500 µs.
    ///
    /// To fall asleep and be woken takes about as long, and a fast server has answered before, or sends the next part of a
    /// large answer. Where there is one processor, the server needs it.
    func watchToRead(_ socket: Int32) -> Bool {
        guard Self.hasProcessorToSpare else { return false }
        let end = ContinuousClock.now + Self.watch
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

    /// How long a thread looks for something before it sleeps, which costs a tenth of that.
    private static let watch = Duration.microseconds(500)

    /// Whether something can run beside the thread that asks.
    static let hasProcessorToSpare = ProcessInfo.processInfo.activeProcessorCount > 1

    private func change(_ socket: Int32, _ change: (inout Entry) -> Void) {
        state.withLock { state in
            guard var entry = state.entries[socket] else { return }
            let before = entry.events
            change(&entry)
            state.entries[socket] = entry
            if entry.events != before { watched.change(socket, entry.events) }
        }
    }

    /// Waits once and calls who is ready; returns whether more is to come soon, or `nil` when the loop has been stopped.
    private func waitOnce(_ isAwake: Bool) -> Bool? {
        guard state.withLock({ !$0.isStopped || !$0.entries.isEmpty }) else { return nil }
        let nextRound = state.withLock { $0.nextRound }
        var goesOn = false
        let hasWaited = isAwake && watchForAny()
        for socket in watched.wait(until: hasWaited ? .now : nextRound) {
            if state.withLock({ $0.entries[socket]?.handler })?() == true { goesOn = true }
        }
        if let nextRound, nextRound <= .now { endRound() }
        return goesOn
    }

    /// Looks for something without sleeping, so that a server that sends a large answer need not wake this thread for each
    /// part of it.
    private func watchForAny() -> Bool {
        guard Self.hasProcessorToSpare else { return false }
        let end = ContinuousClock.now + Self.watch
        repeat {
            if watched.isAnyReady { return true }
            sched_yield()
        } while ContinuousClock.now < end
        return false
    }

    /// Watches what nobody has read since the round before.
    private func endRound() {
        state.withLock { state in
            var isLeft = false
            for (socket, entry) in state.entries {
                guard case .nobody(let since) = entry.reader else { continue }
                guard since < state.round else {
                    isLeft = true
                    continue
                }
                state.entries[socket]?.reader = .loop
                watched.change(socket, entry.events | Int32(POLLIN))
            }
            state.round += 1
            state.nextRound = isLeft ? .now + Self.rest : nil
        }
    }
}
