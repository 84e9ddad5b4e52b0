/// Whose turn it is among replicas, and which are left out for a while.
struct ReplicaRotation: Sendable {
    private let choice: RoutedDatabase.Options.Choice
    private var turn = 0
    /// The time until which each is left out.
    private var outUntil: [Duration?]

    init(count: Int, choice: RoutedDatabase.Options.Choice) {
        self.choice = choice
        outUntil = Array(repeating: nil, count: count)
    }

    /// The replica to ask next; `nil` when all are left out.
    mutating func next(at time: Duration) -> Int? {
        let ready = outUntil.indices.filter { index in
            guard let end = outUntil[index] else { return true }
            return end <= time
        }
        switch choice {
        case .random: return ready.randomElement()
        case .roundRobin:
            guard let index = ready.first(where: { $0 >= turn }) ?? ready.first else { return nil }
            turn = index + 1
            return index
        }
    }

    mutating func leaveOut(_ index: Int, until time: Duration) {
        outUntil[index] = time
    }
}
