public import Foundation

/// A broker that keeps revocations, so that they hold for workers that start later and over restarts.
///
/// A task revoked before it starts is never run; what runs is cancelled when the revocation says so. Either way it ends
/// as `REVOKED`. Celery keeps revoked ids in the memory of each worker.
public protocol RevokingBroker: Broker {
    /// Keeps revocations until they expire; the workers are told at once.
    ///
    /// When it returns, no message received afterwards is seen without them.
    func revoke(_ revocations: [Revocation]) async throws

    /// What revokes a task, or `nil`.
    ///
    /// Workers call it for every message before they run it, so it must be cheap when there are no revocations. It knows
    /// at least what was revoked before the message was received.
    func revocation(of id: String, stamps: [String: JSONValue]) async throws -> Revocation?

    /// Waits until something is revoked after `version`, and returns it with the version to go on from.
    ///
    /// Workers call it in a loop, beginning with version 0, to cancel what runs.
    ///
    /// - Throws: `CancellationError` when the Swift task is cancelled.
    func revocations(after version: Int) async throws -> (version: Int, revocations: [Revocation])
}

/// That a task, or all tasks with a stamp, are not to be run.
public struct Revocation: Sendable, Hashable {
    /// Which tasks.
    public enum Target: Sendable, Hashable {
        /// The one of this id.
        case task(String)
        /// All that carry the stamp with this value; Celery's `revoke_by_stamped_headers`.
        case stamp(String, JSONValue)
    }

    /// Which tasks.
    public var target: Target
    /// Whether a run is cancelled too (Celery's `terminate`); otherwise one that has started goes on.
    public var terminates: Bool
    /// Until when it is kept; by default, as in Celery, three hours.
    public var expires: Date

    /// How long a revocation is kept when nothing is said: Celery's `REVOKE_EXPIRES`, 10 800 s.
    public static let defaultLifetime: Duration = .seconds(10_800)

    /// Makes a revocation.
    public init(_ target: Target, terminates: Bool = false, expires: Date) {
        self.target = target
        self.terminates = terminates
        self.expires = expires
    }

    /// Whether it means this task; a stamp matches a stamp of the same value, or one in a stamp's list.
    public func matches(id: String, stamps: [String: JSONValue]) -> Bool {
        switch target {
        case .task(let task): return task == id
        case .stamp(let name, let value):
            guard let stamp = stamps[name] else { return false }
            return stamp == value || stamp.arrayValue?.contains(value) == true
        }
    }
}
