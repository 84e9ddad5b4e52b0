public import Foundation

/// A broker that keeps limits over all workers: how many tasks of a key run at once, and how often they start.
public protocol LimitingBroker: Broker {
    /// Takes what a delivery needs under all of its limits, or nothing.
    ///
    /// Workers call it before they run a task that has limits. Unless the answer is ``LimitDecision/granted`` the broker
    /// has taken the delivery back, uncounted, and hands the message out again when its turn has come; the worker does
    /// nothing more with it; a receipt whose lease was lost is deferred until now. Messages of other keys are not held
    /// up, and those of one key keep their order. What a limit was when others acquired does not matter: each call goes
    /// by the limit it is given, so a deploy may raise or lower it.
    ///
    /// - A permit of a concurrency limit belongs to the delivery and is free again when that ends in whatever way, a lost
    ///   lease included.
    /// - A start under a rate limit is reserved for the message: when it is handed out again, the start is granted.
    func acquire(_ limits: [KeyedLimit], for receipt: Receipt) async throws -> LimitDecision
}

/// A limit of one key, such as `billing.sync:client=7`.
public struct KeyedLimit: Sendable, Hashable {
    /// What is limited.
    public enum Kind: Sendable, Hashable {
        /// How often tasks of the key start, over all workers.
        case rate(RateLimit)
        /// How many tasks of the key run at once, over all workers.
        case concurrency(Int)
    }

    /// What the tasks share; limits of the same key and kind are one.
    public var key: String
    /// The limit.
    public var kind: Kind

    /// Makes a limit.
    public init(key: String, kind: Kind) {
        self.key = key
        self.kind = kind
    }
}

/// Whether a delivery may run now.
public enum LimitDecision: Sendable, Hashable {
    /// It may.
    case granted
    /// It was taken back, and comes again at the moment its start is reserved for.
    case deferred(until: Date)
    /// It was taken back, and comes again when another task of the key has ended.
    case waiting(key: String)
}
