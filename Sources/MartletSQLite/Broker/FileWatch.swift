import Dispatch
import MartletTasks
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Tells when another process has committed to a database file, without polling.
///
/// Every writer of this package touches a wake file beside the database after its commit. Writers that do not, such as
/// a transaction of the application, are seen by the growth of the write-ahead log; since the log grows a little before
/// a commit is visible, those are told again shortly after.
///
/// Where nobody waits for a change, it looks away at the first one until ``look()`` is called: a busy process would
/// otherwise be woken several times by each of its own commits. What happens meanwhile is told afterwards, by the
/// kernel's queue.
final class FileWatch: Sendable {
    /// The file that writers touch.
    let wakePath: String
    /// The open wake file.
    let wakeFile: Int32
    // Not changed after init; `cancel()` may be called from any thread.
    nonisolated(unsafe) private let timer: any DispatchSourceTimer
    private let source: WatchedSource

    /// Opens the wake file and begins to watch; `onChange` is called on a queue of the watch's own, and now and then
    /// without a change, should the kernel have dropped one.
    ///
    /// - Parameter isWaitedFor: Whether anybody waits for a change; asked after each one.
    /// - Throws: ``TaskError`` with code `brokerFailed`.
    init(
        database path: String, safetyInterval: Duration, isWaitedFor: @escaping @Sendable () -> Bool,
        onChange: @escaping @Sendable () -> Void
    ) throws(TaskError) {
        wakePath = path + "-wake"
        wakeFile = open(wakePath, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard wakeFile >= 0 else {
            throw TaskError(
                .brokerFailed,
                "cannot open '\(wakePath)': \(String(cString: strerror(errno))); the directory must be writable")
        }
        let queue = DispatchQueue(label: "martlet.file-watch")
        let source = WatchedSource()
        let notify: @Sendable (Bool) -> Void = { isCommitted in
            onChange()
            source.lookAway(unless: isWaitedFor)
            guard !isCommitted else { return }
            for delay in [5, 25] { queue.asyncAfter(deadline: .now() + .milliseconds(delay), execute: onChange) }
        }
        self.source = source
        source.activate(
            try Self.source(database: path, wakePath: wakePath, wakeFile: wakeFile, queue: queue, notify: notify))
        let timer = DispatchSource.makeTimerSource(queue: queue)
        let interval = DispatchTimeInterval.milliseconds(Int(safetyInterval.inSeconds * 1000))
        timer.schedule(deadline: .now() + interval, repeating: interval, leeway: .milliseconds(100))
        timer.setEventHandler(handler: onChange)
        self.timer = timer
        timer.activate()
    }

    deinit {
        source.cancel()
        timer.cancel()
        close(wakeFile)
    }

    /// Watches again; called by who is about to wait.
    func look() { source.look() }

    /// Tells the other processes that something was committed.
    func touch() { Self.touch(wakeFile) }

    /// Tells all processes that something was committed to a database file, by whoever has it open.
    static func touch(database path: String) {
        let file = open(path + "-wake", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { return }
        touch(file)
        close(file)
    }

    private static func touch(_ file: Int32) {
        var byte: UInt8 = 1
        _ = pwrite(file, &byte, 1, 0)
    }
}

/// The source of a watch, which rests while nobody waits.
private final class WatchedSource: Sendable {
    private struct State {
        var isResting = false
        var isCancelled = false
    }

    // Held while the source is suspended or resumed, since the two must alternate.
    private let state = Mutex(State())
    // Set once, before anything else is called.
    nonisolated(unsafe) private var source: (any DispatchSourceProtocol)?

    func activate(_ source: any DispatchSourceProtocol) {
        self.source = source
        source.activate()
    }

    func lookAway(unless isWaitedFor: () -> Bool) {
        state.withLock { state in
            guard !state.isResting, !state.isCancelled, !isWaitedFor() else { return }
            state.isResting = true
            source?.suspend()
        }
    }

    func look() {
        state.withLock { state in
            guard state.isResting else { return }
            state.isResting = false
            source?.resume()
        }
    }

    func cancel() {
        state.withLock { state in
            state.isCancelled = true
            source?.cancel()
            // A source that rests may not be let go.
            if state.isResting { source?.resume() }
            state.isResting = false
        }
    }
}

#if os(Linux)
extension FileWatch {
    private static func source(
        database path: String, wakePath: String, wakeFile: Int32, queue: DispatchQueue,
        notify: @escaping @Sendable (Bool) -> Void
    ) throws(TaskError) -> any DispatchSourceProtocol {
        let (wakeName, logName) = (name(of: wakePath), name(of: path) + "-wal")
        let watch = try INotify(directory: parent(of: path), names: [wakeName, logName])
        let source = DispatchSource.makeReadSource(fileDescriptor: watch.descriptor, queue: queue)
        source.setEventHandler {
            let names = watch.changes()
            if names.contains(wakeName) { notify(true) }
            if names.contains(logName) { notify(false) }
        }
        // The descriptor may be closed only when the source is done with it.
        source.setCancelHandler { _ = watch }
        return source
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }
}
#else
extension FileWatch {
    private static func source(
        database path: String, wakePath: String, wakeFile: Int32, queue: DispatchQueue,
        notify: @escaping @Sendable (Bool) -> Void
    ) throws(TaskError) -> any DispatchSourceProtocol {
        let source = DispatchSource.makeFileSystemObjectSource(
            fileDescriptor: wakeFile, eventMask: [.write, .attrib, .extend], queue: queue)
        source.setEventHandler { notify(true) }
        return source
    }
}
#endif
