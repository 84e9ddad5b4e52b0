/// The properties of a message: what the transport, not the task, needs to know.
public struct TaskProperties: Sendable, Hashable {
    /// The id of the task, by which a reply is found.
    public var correlationID: String
    /// The queue for replies; empty if there is none.
    public var replyTo = ""
    /// How the body is encoded.
    public var contentType = JSONSerializer.contentType
    /// The character set of the body.
    public var contentEncoding = JSONSerializer.contentEncoding
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
        for member in members { object[member.name] = member.value }
        return .object(object)
    }

    /// The properties as JSON text.
    var bytes: [UInt8] { custom.isEmpty ? JSONWriter.bytes(of: members) : JSONWriter.bytes(of: json) }

    /// All but the custom ones, sorted by name.
    private var members: [JSONMember] {
        [
            JSONMember(name: "content_encoding", value: .string(contentEncoding)),
            JSONMember(name: "content_type", value: .string(contentType)),
            JSONMember(name: "correlation_id", value: .string(correlationID)),
            JSONMember(name: "delivery_info", value: ["exchange": "", "routing_key": .string(queue)]),
            JSONMember(name: "delivery_mode", value: isPersistent ? 2 : 1),
            JSONMember(name: "priority", value: .integer(priority)),
            JSONMember(name: "reply_to", value: .string(replyTo)),
        ]
    }

    /// Reads properties; all fields but the correlation id are optional.
    ///
    /// - Throws: ``TaskError`` with code `malformedMessage`, naming the field.
    public init(json: JSONValue, fallbackID: String) throws(TaskError) {
        var fields = try FieldReader(json, of: "properties")
        try self.init(&fields, fallbackID: fallbackID)
    }

    /// Takes the fields in the order in which they are written, which is the fastest.
    init(_ fields: inout FieldReader, fallbackID: String) throws(TaskError) {
        self.init(correlationID: fallbackID)
        contentEncoding = try fields.string("content_encoding") ?? contentEncoding
        contentType = try fields.string("content_type") ?? contentType
        correlationID = try fields.string("correlation_id") ?? fallbackID
        if let route = try fields.object("delivery_info")?["routing_key"]?.stringValue { queue = route }
        isPersistent = try fields.integer("delivery_mode") != 1
        priority = try fields.integer("priority") ?? 0
        replyTo = try fields.string("reply_to") ?? ""
        custom = fields.rest
    }
}
