import Foundation
import MartletTasks

extension MemoryQueue {
    /// Takes the lock of a message; returns who holds it if it is not free.
    mutating func takeLock(of message: WireMessage, at now: Date) -> String? {
        guard let lock = message.uniqueLock else { return nil }
        if let held = locks[lock.key], held.lock.expires > now, held.message != message.id { return held.message }
        locks[lock.key] = (message.id, lock)
        return nil
    }

    /// Frees the lock of a message if it still holds it.
    mutating func releaseLock(of message: WireMessage) {
        guard let key = message.uniqueLock?.key, locks[key]?.message == message.id else { return }
        locks[key] = nil
    }

    /// Frees a lock, whoever holds it; returns whether it was held.
    mutating func releaseLock(_ key: String, at now: Date) -> Bool {
        guard let held = locks.removeValue(forKey: key) else { return false }
        return held.lock.expires > now
    }
}

// MARK: - Dead letters

extension MemoryQueue {
    /// Puts dead letters back, each as `renewed` says, and returns how many; one whose lock is held stays.
    mutating func retryDeadLetters(
        matching filter: DeadLetterFilter, at now: Date, renewed: (DeadLetter) -> WireMessage
    ) -> Int {
        let letters = deadLetters.all.filter(filter.matches)
        let refused = publish(letters.map(renewed), at: now)
        deadLetters.removeAll { filter.matches($0) && refused[$0.id] == nil }
        return letters.count - refused.count
    }

    mutating func discardDeadLetters(matching filter: DeadLetterFilter) -> Int {
        let count = deadLetters.all.count
        deadLetters.removeAll(where: filter.matches)
        return count - deadLetters.all.count
    }

    mutating func cleanUp(at now: Date, deadLetterLifetime: Duration) {
        let oldest = now.addingTimeInterval(-deadLetterLifetime.inSeconds)
        deadLetters.removeAll { $0.diedAt < oldest }
        locks = locks.filter { $0.value.lock.expires > now }
        revocations.cleanUp(at: now)
    }
}
