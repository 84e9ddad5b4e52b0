import Foundation

/// A task on its way to a worker: Celery's message protocol v2, whatever the broker.
public struct TaskMessage: Sendable, Hashable {
    /// What runs after the task (third element of the body).
    public struct Embed: Sendable, Hashable {
        /// Tasks to start when this one succeeds.
        public var callbacks: [Canvas] = []
        /// Tasks to start when this one fails.
        public var errbacks: [Canvas] = []
        /// The rest of the chain in **reverse** order: the next step is the last element.
        public var chain: [Canvas] = []
        /// The body of the chord whose header this task belongs to.
        public var chord: Canvas?

        /// Makes an embed with nothing to follow.
        public init() {}

        /// Whether nothing follows.
        var isEmpty: Bool { chain.isEmpty && chord == nil && callbacks.isEmpty && errbacks.isEmpty }
    }

    /// The headers.
    public var headers: TaskHeaders
    /// The properties.
    public var properties: TaskProperties
    /// The positional arguments.
    public var arguments: [JSONValue]
    /// The keyword arguments.
    public var keywords: [String: JSONValue]
    /// What runs afterwards.
    public var embed: Embed

    /// Makes a message for a task with everything else at its default.
    public init(
        task: String,
        id: String,
        arguments: [JSONValue] = [],
        keywords: [String: JSONValue] = [:],
        queue: String = TaskProperties.defaultQueue
    ) {
        headers = TaskHeaders(task: task, id: id)
        properties = TaskProperties(correlationID: id, queue: queue)
        self.arguments = arguments
        self.keywords = keywords
        embed = Embed()
    }

    /// The id of the task.
    public var id: String { headers.id }
    /// The name of the task.
    public var task: String { headers.task }
    /// The queue it goes through.
    public var queue: String { properties.queue }
}

// MARK: - Encoding

extension TaskMessage {
    /// The message as a broker stores it, in JSON and not compressed; ``encoded(with:limits:)`` writes it in other forms.
    ///
    /// One of another content type says afterwards that it is JSON.
    public var wire: WireMessage { isPlainJSON ? wire(body: bodyBytes) : asPlainJSON.wire }

    /// The message as a broker stores it, with a body that is written already.
    func wire(body: [UInt8]) -> WireMessage { .of(headers, properties, body: body) }

    /// The body as JSON text: the same as of ``body``, without making a value of it first.
    private var bodyBytes: [UInt8] {
        var writer = JSONWriter()
        writer.append(literal: "[")
        writer.write(.array(arguments))
        writer.append(literal: ",")
        writer.write(.object(keywords))
        writer.append(literal: ",")
        writer.write(embed.members)
        writer.append(literal: "]")
        return writer.bytes
    }

    /// The body: `[args, kwargs, embed]`.
    public var body: JSONValue { [.array(arguments), .object(keywords), embed.json] }

    /// Reads a message, which may come from anywhere.
    ///
    /// - Parameters:
    ///   - wire: The message.
    ///   - content: What its body may be; by default JSON that is not compressed.
    ///   - limits: How large and how deep it may be, after decompression.
    /// - Throws: ``TaskError`` with code `malformedMessage`, `malformedJSON`, `messageTooLarge`, `contentDisallowed` or
    ///   `unsupported`, naming the field.
    public init(
        wire: WireMessage, content: ContentRegistry = .json, limits: JSONParser.Limits = .init()
    ) throws(TaskError) {
        if content.readsOwnJSON, let plain = TaskMessage(plain: wire, limits: limits) {
            self = plain
        } else {
            try self.init(parsing: wire, content: content, limits: limits)
        }
    }

    /// Reads a message field by field.
    init(
        parsing wire: WireMessage, content: ContentRegistry = .json, limits: JSONParser.Limits = .init()
    ) throws(TaskError) {
        headers = try wire.readHeaders(limits)
        properties = try wire.readProperties(limits)
        let body = try content.body(of: wire, properties, headers, within: limits)
        guard let parts = body.arrayValue, parts.count == 3 || parts.count == 2 else {
            throw TaskError(
                .malformedMessage, "body: expected [args, kwargs, embed], found \(body.kind) (\(body.excerpt))")
        }
        guard let arguments = parts[0].arrayValue else {
            throw TaskError(.malformedMessage, "body[0] (args): expected an array, found \(parts[0].kind)")
        }
        guard let keywords = parts[1].objectValue else {
            throw TaskError(.malformedMessage, "body[1] (kwargs): expected an object, found \(parts[1].kind)")
        }
        self.arguments = arguments
        self.keywords = keywords
        embed = try Embed(json: body[2] ?? .null)
    }
}

extension TaskMessage.Embed {
    /// The embed as a JSON object.
    public var json: JSONValue { .object(Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.value) })) }

    /// The members of the object, sorted by name.
    fileprivate var members: [JSONMember] {
        [
            JSONMember(name: "callbacks", value: Self.list(callbacks)),
            JSONMember(name: "chain", value: Self.list(chain)),
            JSONMember(name: "chord", value: chord?.json ?? .null),
            JSONMember(name: "errbacks", value: Self.list(errbacks)),
        ]
    }

    /// Reads an embed; `null` is an empty one.
    ///
    /// - Throws: ``TaskError`` with code `malformedMessage`, naming the field.
    public init(json: JSONValue) throws(TaskError) {
        self.init()
        guard !json.isNull else { return }
        var fields = try FieldReader(json, of: "body[2]")
        callbacks = try Self.canvases(fields.array("callbacks"), "body[2].callbacks")
        errbacks = try Self.canvases(fields.array("errbacks"), "body[2].errbacks")
        chain = try Self.canvases(fields.array("chain"), "body[2].chain")
        if let body = fields.value("chord") { chord = try Canvas(json: body, at: "body[2].chord") }
    }

    private static func list(_ canvases: [Canvas]) -> JSONValue {
        canvases.isEmpty ? .null : .array(canvases.map(\.json))
    }

    private static func canvases(_ list: [JSONValue]?, _ field: String) throws(TaskError) -> [Canvas] {
        var canvases: [Canvas] = []
        for (index, element) in (list ?? []).enumerated() {
            canvases.append(try Canvas(json: element, at: "\(field)[\(index)]"))
        }
        return canvases
    }
}
