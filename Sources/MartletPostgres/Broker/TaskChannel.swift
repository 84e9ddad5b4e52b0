import Dispatch
import MartletORM
import MartletTasks
import Synchronization

/// What a process tells the others that it has committed.
enum TaskNews: String, Sendable, CaseIterable {
    /// Messages, pauses or revocations.
    case messages
    /// Results.
    case results
}

/// Hears what other processes have committed, by `LISTEN`, and keeps the session that shows that this one lives.
///
/// A connection that is lost is opened again, at once and then at each beat, and then everybody who waits looks once, for
/// what may have been missed. Should a notification be lost otherwise, the beat wakes them as well.
final class TaskChannel: Sendable {
    /// How often a process looks for dead ones, and whether a wake-up was missed; but in tests.
    static let standardBeat: Duration = .milliseconds(500)
    /// After how many beats those who wait for results look without having been told.
    private static let resultBeats = 10

    private let url: String
    private let setUp: String
    let beat: Duration
    private let loop: SocketLoop
    private let onNews: @Sendable (TaskNews) -> Void
    private let queue = DispatchQueue(label: "martlet.postgres-tasks")
    // Not changed after init; `cancel()` may be called from any thread.
    nonisolated(unsafe) private let timer: any DispatchSourceTimer
    private let session = Mutex(ListeningSession())
    private let known = Mutex<Known>(Known())

    private struct Known {
        var holder: Int32?
        var socket: Int32?
        var beats = 0
        var isClosed = false
    }

    init(
        _ url: String, setUp: String, beat: Duration, onNews: @escaping @Sendable (TaskNews) -> Void
    ) throws {
        self.url = url
        self.setUp = setUp
        self.beat = beat
        self.onNews = onNews
        loop = try SocketLoop()
        timer = DispatchSource.makeTimerSource(queue: queue)
    }

    /// The number this process holds leases by, once it is open.
    var holder: Int32? { known.withLock(\.holder) }

    /// Opens the session and begins to listen; called once.
    ///
    /// - Throws: `ORMError`; then it can be called again.
    func open() async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            queue.async { continuation.resume(with: Result { try self.connect() }) }
        }
        loop.start()
        let interval = DispatchTimeInterval.milliseconds(Int(beat / .milliseconds(1)))
        timer.schedule(deadline: .now() + interval, repeating: interval, leeway: .milliseconds(50))
        timer.setEventHandler { [weak self] in self?.tick() }
        timer.activate()
    }

    /// Ends the session; what this process holds is given back by the others.
    func close() {
        timer.cancel()
        // A source that was never active may not be let go.
        timer.activate()
        let socket = known.withLock { known in
            known.isClosed = true
            defer { known.socket = nil }
            return known.socket
        }
        if let socket { loop.remove(socket) }
        session.withLock { $0.close() }
        loop.stop()
    }

    /// On the queue, which may block.
    private func connect() throws {
        let (url, setUp) = (url, setUp)
        let (socket, holder) = try session.withLock { session in
            let socket = try session.open(url, setUp: setUp)
            return (socket, session.holder)
        }
        let isClosed = known.withLock { known in
            known.holder = holder
            known.socket = socket
            return known.isClosed
        }
        guard !isClosed else { return session.withLock { $0.close() } }
        loop.add(socket) { [weak self] in
            self?.receive()
            return false
        }
    }

    private func receive() {
        guard let payloads = session.withLock({ $0.receive() }) else { return lose() }
        let own = holder.map { "\($0)" }
        let news = payloads.compactMap { payload -> TaskNews? in
            let parts = payload.split(separator: " ")
            guard parts.count == 2, own.map({ $0 != parts[1] }) ?? true else { return nil }
            return TaskNews(rawValue: String(parts[0]))
        }
        for kind in Set(news) { onNews(kind) }
    }

    private func lose() {
        let socket = known.withLock { known in
            defer { known.socket = nil }
            return known.socket
        }
        if let socket { loop.remove(socket) }
        session.withLock { $0.close() }
        queue.async { self.reopen() }
    }

    /// Opens a session that was lost, unless the server is still away; then the next beat tries again.
    private func reopen() {
        let isLost = known.withLock { $0.socket == nil && !$0.isClosed }
        guard isLost, (try? connect()) != nil else { return }
        for news in TaskNews.allCases { onNews(news) }
    }

    private func tick() {
        let beats = known.withLock { known in
            known.beats += 1
            return known.beats
        }
        reopen()
        onNews(.messages)
        // Who cannot be told looks at each beat.
        let isLost = known.withLock { $0.socket == nil }
        if isLost || beats.isMultiple(of: Self.resultBeats) { onNews(.results) }
    }
}
