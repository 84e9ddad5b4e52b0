#if canImport(Glibc) || canImport(Musl)
import CLibPQ
import Foundation

#if canImport(Glibc)
import Glibc
#else
import Musl
#endif

/// The sockets that a ``SocketLoop`` waits for, in the kernel's own list: any thread may change it, and need not wake the
/// one that waits.
final class WatchedSockets: Sendable {
    /// Whether a socket may be left out for a moment at little cost.
    static let lends = true

    private let list: Int32
    private let wakes: Int32

    init() throws {
        list = epoll_create1(Int32(EPOLL_CLOEXEC))
        wakes = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard list >= 0, wakes >= 0 else {
            let code = errno
            for file in [list, wakes] where file >= 0 { close(file) }
            throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EMFILE)
        }
        add(wakes, POLLIN)
    }

    deinit {
        close(list)
        close(wakes)
    }

    func add(_ socket: Int32, _ events: Int32) { control(EPOLL_CTL_ADD, socket, events) }
    func change(_ socket: Int32, _ events: Int32) { control(EPOLL_CTL_MOD, socket, events) }
    func remove(_ socket: Int32) { control(EPOLL_CTL_DEL, socket, 0) }

    /// Lets ``wait()`` return.
    func wake() {
        var one: UInt64 = 1
        _ = write(wakes, &one, MemoryLayout.size(ofValue: one))
    }

    /// Waits until something happens, or until then; returns the sockets it happened to.
    func wait(until end: ContinuousClock.Instant?) -> [Int32] {
        var events = [epoll_event](repeating: epoll_event(), count: 16)
        let count = epoll_wait(list, &events, Int32(events.count), end.map(\.millisecondsFromNow) ?? -1)
        var ready: [Int32] = []
        for event in events.prefix(Int(max(0, count))) {
            if event.data.fd == wakes { drain() } else { ready.append(event.data.fd) }
        }
        return ready
    }

    /// Whether something has happened, which ``wait(until:)`` then returns at once.
    var isAnyReady: Bool {
        var event = epoll_event()
        return epoll_wait(list, &event, 1, 0) > 0
    }

    private func drain() {
        var count: UInt64 = 0
        _ = read(wakes, &count, MemoryLayout.size(ofValue: count))
    }

    private func control(_ operation: Int32, _ socket: Int32, _ events: Int32) {
        // The numbers of poll and epoll are the same.
        var event = epoll_event()
        event.events = UInt32(events)
        event.data.fd = socket
        _ = epoll_ctl(list, operation, socket, &event)
    }
}

extension ContinuousClock.Instant {
    /// How long it is until then, at most a minute; rounded up, so that who waits for that long is not early.
    fileprivate var millisecondsFromNow: Int32 {
        let left = min(max(.zero, ContinuousClock.now.duration(to: self)), .seconds(60))
        return Int32((left / .milliseconds(1)).rounded(.up))
    }
}
#endif
