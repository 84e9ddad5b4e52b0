import Synchronization

/// When a piece of work wrote to which databases; see ``RoutedDatabase/readingOwnWrites(for:_:)``.
final class OwnWrites: Sendable {
    @TaskLocal static var current: OwnWrites?

    private let time: Duration?
    private let outer: OwnWrites?
    private let writes = Mutex<[ObjectIdentifier: Duration]>([:])

    init(time: Duration?, outer: OwnWrites?) {
        self.time = time
        self.outer = outer
    }

    func add(_ place: ObjectIdentifier, at now: Duration) {
        writes.withLock { $0[place] = now }
        outer?.add(place, at: now)
    }

    /// Whether a read of the place must see what was written.
    func contains(_ place: ObjectIdentifier, at now: Duration) -> Bool {
        let last = writes.withLock { $0[place] }
        if let last, time.map({ now - last < $0 }) ?? true { return true }
        return outer?.contains(place, at: now) ?? false
    }
}
