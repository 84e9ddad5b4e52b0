/// The properties of a message: what the transport, not the task, needs to know.
public struct TaskProperties: Sendable, Hashable {
    /// The id of the task, by which a reply is found.
    public var correlationID: String
    /// The queue for replies; empty if there is none.
    public var replyTo = ""
    /// How the body is encoded.
    public var contentType = "application/json"
    /// The character set of the body.
    public var contentEncoding = "utf-8"
    /// Whether the broker keeps the message over a restart.
    public var isPersistent = true
    /// How urgent the message is, from 0 to 9; higher is more urgent in every broker of this package.
    public var priority = 0
    /// The queue, which is the routing key of a direct exchange too.
    public var queue: String
    /// All other properties.
    public var custom: [String: JSONValue] = [:]

    /// The queue of tasks that name none, as in Celery.
    public static let defaultQueue = "celery"

    /// Makes properties for a task with everything else at its default.
    public init(correlationID: String, queue: String = defaultQueue) {
        self.correlationID = correlationID
        self.queue = queue
    }

    /// The properties as a JSON object, in the shape of kombu's virtual transports.
    public var json: JSONValue {
        var object = custom
        object["correlation_id"] = .string(correlationID)
        object["reply_to"] = .string(replyTo)
        object["content_type"] = .string(contentType)
        object["content_encoding"] = .string(contentEncoding)
        object["delivery_mode"] = isPersistent ? 2 : 1
        object["priority"] = .integer(priority)
        object["delivery_info"] = ["exchange": "", "routing_key": .string(queue)]
        return .object(object)
    }

    /// Reads properties; all fields but the correlation id are optional.
    ///
    /// - Throws: ``TaskError`` with code `malformedMessage`, naming the field.
    public init(json: JSONValue, fallbackID: String) throws(TaskError) {
        var fields = try FieldReader(json, of: "properties")
        self.init(correlationID: try fields.string("correlation_id") ?? fallbackID)
        replyTo = try fields.string("reply_to") ?? ""
        contentType = try fields.string("content_type") ?? contentType
        contentEncoding = try fields.string("content_encoding") ?? contentEncoding
        isPersistent = try fields.integer("delivery_mode") != 1
        priority = try fields.integer("priority") ?? 0
        if let route = try fields.object("delivery_info")?["routing_key"]?.stringValue { queue = route }
        custom = fields.rest
    }
}
