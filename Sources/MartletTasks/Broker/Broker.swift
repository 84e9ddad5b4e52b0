public import Foundation

/// Carries messages from clients to workers, and keeps each one until a worker says what became of it.
///
/// This is the core every broker has; what only some can do is in further protocols, such as ``DeadLetterBroker`` and
/// ``TransactionalBroker``. `exerciseBroker` in MartletTesting checks a broker against all that is promised here.
public protocol Broker: Sendable {
    /// Takes messages, all or none.
    ///
    /// Clients and workers call it. When it returns, the messages survive a crash of the broker as far as the broker
    /// promises durability. A message whose id is already there is ignored, so that publishing again does no harm.
    func publish(_ messages: [WireMessage]) async throws

    /// Hands out up to `limit` messages, the most urgent and then the oldest first; waits until there is at least one.
    ///
    /// Workers call it when they have room. The messages are leased to the caller for `lease`; what is neither settled
    /// nor extended by then is handed out again, with a higher ``ReceivedMessage/attempt``. Messages whose eta has not
    /// come are not handed out.
    ///
    /// - Throws: `CancellationError` when the Swift task is cancelled; then nothing is leased.
    func receive(from queues: [String], limit: Int, lease: Duration) async throws -> [ReceivedMessage]

    /// Ends the delivery of messages as each settlement says.
    ///
    /// Workers call it once for each message they have received. A receipt whose lease was lost and given to another
    /// is ignored.
    func settle(_ settlements: [Settlement]) async throws

    /// Renews the leases of messages that are still being worked on, and returns the receipts whose lease was lost.
    func extendLease(of receipts: [Receipt], by lease: Duration) async throws -> [Receipt]

    /// The messages of a queue: those that can be received now, those that wait for their eta, those that are leased.
    func depth(of queue: String) async throws -> QueueDepth

    /// Drops all messages of a queue that are not leased, and returns how many there were.
    func purge(_ queue: String) async throws -> Int

    /// Drops what it has kept long enough: dead letters, revocations, locks that have expired.
    ///
    /// Workers call it now and then, as Celery runs `celery.backend_cleanup`.
    func cleanUp() async throws
}

/// By what a worker tells a broker which delivery it means.
public struct Receipt: Sendable, Hashable {
    /// The id of the message.
    public var id: String
    /// What the broker knows this delivery by.
    public var token: String

    /// Makes a receipt.
    public init(id: String, token: String) {
        self.id = id
        self.token = token
    }
}

/// A message a broker has handed out.
public struct ReceivedMessage: Sendable, Hashable {
    /// The message.
    public var message: WireMessage
    /// How often it has been handed out, counted from 1; a message that was given back or retried begins again.
    public var attempt: Int
    /// What to settle it by.
    public var receipt: Receipt
    /// How far an earlier delivery got, from a ``CheckpointingBroker``.
    public var checkpoint: JSONValue?
    /// When the broker has taken the message, if it knows; for how long tasks wait is counted from it.
    public var publishedAt: Date?

    /// Makes a received message.
    public init(
        message: WireMessage, attempt: Int, receipt: Receipt, checkpoint: JSONValue? = nil, publishedAt: Date? = nil
    ) {
        self.message = message
        self.attempt = attempt
        self.receipt = receipt
        self.checkpoint = checkpoint
        self.publishedAt = publishedAt
    }
}

/// The end of a delivery.
public struct Settlement: Sendable, Hashable {
    /// What becomes of the message.
    public enum Disposition: Sendable, Hashable {
        /// It is done and dropped.
        case acknowledge
        /// It was not started; another worker may have it at once.
        case requeue
        /// Its run killed the process it ran in; another worker may have it at once, and the delivery counts.
        case redeliver
        /// It was not run; it may be had from a moment on, and the delivery does not count.
        case `defer`(until: Date)
        /// Another message of its id takes its place, for a retry or another task; it keeps the lock of the first.
        case replace(WireMessage)
        /// It is dropped and others are published, as ``Broker/publish(_:)`` does, in one step.
        ///
        /// What the first ones bring about may have the id of the message, which has to be free when they are there. When
        /// the lease was lost, none is published.
        case handOver(to: [WireMessage])
        /// It goes to the dead letters.
        case deadLetter(reason: DeadLetter.Reason, error: String)
    }

    /// Which delivery.
    public var receipt: Receipt
    /// What becomes of it.
    public var disposition: Disposition

    /// Makes a settlement.
    public init(_ receipt: Receipt, _ disposition: Disposition) {
        self.receipt = receipt
        self.disposition = disposition
    }
}

/// How many messages a queue has.
public struct QueueDepth: Sendable, Hashable {
    /// Those that can be received now.
    public var ready: Int
    /// Those that wait for their eta, or for a limit of a ``LimitingBroker``.
    public var delayed: Int
    /// Those that a worker holds.
    public var leased: Int
    /// When the oldest of those that can be received was published.
    public var oldest: Date?

    /// Makes a depth.
    public init(ready: Int = 0, delayed: Int = 0, leased: Int = 0, oldest: Date? = nil) {
        self.ready = ready
        self.delayed = delayed
        self.leased = leased
        self.oldest = oldest
    }

    /// All of them.
    public var total: Int { ready + delayed + leased }
}

extension Broker {
    /// Keeps nothing that expires.
    public func cleanUp() async throws {}

    /// Takes messages, all or none.
    public func publish(_ messages: [TaskMessage]) async throws { try await publish(messages.map(\.wire)) }
}
