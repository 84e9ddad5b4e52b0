/// A broker that keeps the messages no worker could deal with, for a human to look at.
public protocol DeadLetterBroker: Broker {
    /// The dead letters, the latest first.
    func deadLetters(limit: Int) async throws -> [DeadLetter]

    /// The dead letter of a task, or `nil`.
    func deadLetter(_ id: String) async throws -> DeadLetter?

    /// Puts dead letters back into their queues as new, and returns how many there were.
    func retryDeadLetters(_ ids: [String]) async throws -> Int

    /// Drops dead letters, and returns how many there were.
    func discardDeadLetters(_ ids: [String]) async throws -> Int
}
