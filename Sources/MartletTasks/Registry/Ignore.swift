/// Thrown by a task that has told its state itself, or that nobody is to hear of again (Celery's `Ignore`).
///
/// The message is acknowledged and nothing is stored: no state, no result. Nothing follows either, so a chain ends here
/// and the body of a chord whose member does this never runs, as in Celery.
public struct Ignore: Error, Sendable {
    /// Makes the wish.
    public init() {}
}
