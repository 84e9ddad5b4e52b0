public import Foundation

/// A message as a broker stores it: bytes, and beside them the few facts a broker needs for delivery.
///
/// A broker never looks into the bytes, so a message that no worker understands is kept and delivered like any other.
public struct WireMessage: Sendable, Hashable {
    /// The task's id; a broker holds at most one message of an id.
    public var id: String
    /// The queue it is delivered through.
    public var queue: String
    /// How urgent it is, from 0 to 9; higher is delivered first.
    public var priority: Int
    /// The moment before which it is not delivered.
    public var eta: Date?
    /// The moment after which the task is not to run any more.
    public var expires: Date?
    /// The lock without which a ``UniqueBroker`` does not take it.
    public var uniqueLock: UniqueLock?
    /// The headers, as a JSON object.
    public var headers: [UInt8]
    /// The properties, as a JSON object.
    public var properties: [UInt8]
    /// The body, encoded as the properties say.
    public var body: [UInt8]

    /// Makes a message of its parts.
    public init(
        id: String,
        queue: String,
        priority: Int = 0,
        eta: Date? = nil,
        expires: Date? = nil,
        uniqueLock: UniqueLock? = nil,
        headers: [UInt8],
        properties: [UInt8],
        body: [UInt8]
    ) {
        self.id = id
        self.queue = queue
        self.priority = priority
        self.eta = eta
        self.expires = expires
        self.uniqueLock = uniqueLock
        self.headers = headers
        self.properties = properties
        self.body = body
    }

    /// The message with a mark that it may have been published before (``TaskHeaders/mayBeRepeated``).
    ///
    /// For whoever publishes what was perhaps published already, as a relay does that was killed before it could note it:
    /// the broker knows an id only as long as it has the message, so a copy that is done may be forgotten. Headers that
    /// are no JSON object stay as they are.
    public var markedAsRepeated: WireMessage {
        guard case .object(var fields)? = try? JSONParser.parse(headers) else { return self }
        fields[TaskHeaders.repeatedHeader] = true
        var message = self
        message.headers = JSONWriter.bytes(of: .object(fields))
        return message
    }

    /// The number of bytes of headers, properties and body.
    public var size: Int { headers.count + properties.count + body.count }
}
