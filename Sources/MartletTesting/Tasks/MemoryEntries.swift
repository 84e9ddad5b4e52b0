import Foundation
import MartletTasks

/// The messages of a memory broker by id, with an index by which the next ones are found without looking at all.
///
/// Places in the index are never changed: one that is out of date is left out when it is reached.
struct MemoryEntries {
    /// Where an entry stands in line; the first one is received first.
    private struct Place: Comparable, Sendable {
        var id: String
        var stamp: Int
        var priority: Int
        var sequence: Int

        static func < (left: Place, right: Place) -> Bool {
            (right.priority, left.sequence) < (left.priority, right.sequence)
        }
    }

    /// When an entry that waits, or is leased, is to be looked at again.
    private struct Change: Comparable, Sendable {
        var place: Place
        var at: Date

        static func < (left: Change, right: Change) -> Bool {
            left.at == right.at ? left.place < right.place : left.at < right.at
        }
    }

    private struct Line {
        var ready = Heap<Place>()
        var waiting = Heap<Change>()
    }

    private var entries: [String: MemoryQueue.Entry] = [:]
    private var stamps: [String: Int] = [:]
    private var lines: [String: Line] = [:]
    private var stamp = 0

    /// All entries, in no order.
    var values: some Collection<MemoryQueue.Entry> { entries.values }

    subscript(id: String) -> MemoryQueue.Entry? {
        get { entries[id] }
        set {
            entries[id] = newValue
            guard let newValue else {
                stamps[id] = nil
                return
            }
            stamp += 1
            stamps[id] = stamp
            let place = Place(
                id: id, stamp: stamp, priority: newValue.message.priority, sequence: newValue.sequence)
            lines[newValue.message.queue, default: Line()].waiting.insert(Change(place: place, at: newValue.changesAt))
        }
    }

    /// The first entries of some queues that can be received now, at most `limit`.
    mutating func ready(in queues: [String], limit: Int, at now: Date) -> [MemoryQueue.Entry] {
        for queue in queues { promote(queue, at: now) }
        var places: [(queue: String, place: Place)] = []
        while places.count < limit, let queue = queueOfFirst(of: queues, at: now),
            let place = lines[queue]?.ready.removeFirst()
        { places.append((queue, place)) }
        // They stay in line until the caller changes them, which makes these places out of date.
        for (queue, place) in places { lines[queue]?.ready.insert(place) }
        return places.compactMap { entries[$0.place.id] }
    }

    /// The next moment at which an entry of some queues may become ready by itself.
    mutating func nextChange(in queues: [String]) -> Date? {
        queues.compactMap { queue -> Date? in
            if let line = lines[queue], let place = line.ready.first, isCurrent(place) { return .distantPast }
            while let change = lines[queue]?.waiting.first, !isCurrent(change.place) {
                lines[queue]?.waiting.removeFirst()
            }
            return lines[queue]?.waiting.first?.at
        }.min()
    }

    private func isCurrent(_ place: Place) -> Bool { stamps[place.id] == place.stamp }

    /// Puts in line what has become ready.
    private mutating func promote(_ queue: String, at now: Date) {
        while let change = lines[queue]?.waiting.first, change.at <= now || !isCurrent(change.place) {
            lines[queue]?.waiting.removeFirst()
            if isCurrent(change.place) { lines[queue]?.ready.insert(change.place) }
        }
    }

    private mutating func queueOfFirst(of queues: [String], at now: Date) -> String? {
        var first: (queue: String, place: Place)?
        for queue in queues {
            while let place = lines[queue]?.ready.first, !isReady(place, at: now) {
                lines[queue]?.ready.removeFirst()
                // A clock that was set back makes wait again what was ready.
                if isCurrent(place), let entry = entries[place.id] {
                    lines[queue]?.waiting.insert(Change(place: place, at: entry.changesAt))
                }
            }
            guard let place = lines[queue]?.ready.first else { continue }
            if first.map({ place < $0.place }) ?? true { first = (queue, place) }
        }
        return first?.queue
    }

    private func isReady(_ place: Place, at now: Date) -> Bool {
        isCurrent(place) && entries[place.id]?.isReady(at: now) == true
    }
}

extension MemoryQueue.Entry {
    /// From when on it can be received, if nothing else changes it.
    fileprivate var changesAt: Date { max(due, lease?.until ?? .distantPast) }
}

/// A binary heap: the smallest element is first.
private struct Heap<Element: Comparable & Sendable>: Sendable {
    private var elements: [Element] = []

    var first: Element? { elements.first }

    mutating func insert(_ element: Element) {
        elements.append(element)
        var child = elements.count - 1
        while child > 0, elements[child] < elements[(child - 1) / 2] {
            elements.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    @discardableResult
    mutating func removeFirst() -> Element? {
        guard let last = elements.popLast() else { return nil }
        guard let first = elements.first else { return last }
        elements[0] = last
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < elements.count {
                if elements[child] < elements[smallest] { smallest = child }
            }
            guard smallest != parent else { return first }
            elements.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
