import MartletTasks

/// The dead letters of a memory broker, the oldest first.
struct MemoryDeadLetters {
    private(set) var all: [DeadLetter] = []
    private var ids: Set<String> = []

    /// Adds a letter, in the place of an earlier one of its id.
    mutating func add(_ letter: DeadLetter) {
        if !ids.insert(letter.id).inserted { all.removeAll { $0.id == letter.id } }
        all.append(letter)
    }

    mutating func removeAll(where isUnwanted: (DeadLetter) -> Bool) {
        all.removeAll { letter in
            guard isUnwanted(letter) else { return false }
            ids.remove(letter.id)
            return true
        }
    }
}
