/// Thrown by a task that has told its state itself, or that nobody is to hear of again (Celery's `Ignore`).
///
/// The message is acknowledged and nothing is stored: no state, no result. Nothing follows either, so a chain ends here.
/// A chord cannot be complete without the value of its member: its body fails with `ChordError`, where in Celery it would
/// wait for ever.
public struct Ignore: Error, Sendable {
    /// Makes the wish.
    public init() {}
}
