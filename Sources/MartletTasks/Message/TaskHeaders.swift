public import Foundation

/// The headers of a task message, protocol v2 (Celery `app/amqp.py`, `as_task_v2`).
public struct TaskHeaders: Sendable, Hashable {
    /// A hard and a soft time limit in seconds, in Celery's order on the wire.
    public struct TimeLimit: Sendable, Hashable {
        /// Seconds after which the task is ended with `TimeLimitExceeded`.
        public var hard: Double?
        /// Seconds after which the task is cancelled with `SoftTimeLimitExceeded`.
        public var soft: Double?

        /// Makes a pair of limits; by default there are none.
        public init(hard: Double? = nil, soft: Double? = nil) {
            self.hard = hard
            self.soft = soft
        }
    }

    /// The language of the sender; Celery does not check it.
    public var language = "swift"
    /// The registered name of the task.
    public var task: String
    /// The id of the task, usually a UUID.
    public var id: String
    /// A display name for logs and events.
    public var shadow: String?
    /// The moment before which the task does not run.
    public var eta: Date?
    /// The moment after which the task does not run.
    public var expires: Date?
    /// The id of the group, which is the id of the chord too.
    public var group: String?
    /// The position in the group, counted from 0.
    public var groupIndex: Int?
    /// How often the task has been retried.
    public var retries = 0
    /// The time limits.
    public var timeLimit = TimeLimit()
    /// The id of the first task of the workflow.
    public var rootID: String?
    /// The id of the task that sent this one.
    public var parentID: String?
    /// The arguments as text for display.
    public var argumentsText = "()"
    /// The keyword arguments as text for display.
    public var keywordsText = "{}"
    /// The process that sent the task.
    public var origin: String?
    /// Whether no result is stored; `nil` leaves it to the task's own setting.
    public var ignoresResult: Bool?
    /// How often the task was replaced by another one.
    public var replacedTaskNesting = 0
    /// The names of the stamps.
    public var stampedHeaders: [String]?
    /// The stamps.
    public var stamps: [String: JSONValue] = [:]
    /// The content type of the compressor of the body, if it is compressed.
    public var compression: String?
    /// All other headers.
    public var custom: [String: JSONValue] = [:]

    /// Makes headers for a task with everything else at its default.
    public init(task: String, id: String) {
        self.task = task
        self.id = id
    }

    /// The id of the request the task belongs to (header `request_id`), or `nil`.
    public var requestID: String? {
        get { custom["request_id"]?.stringValue }
        set { custom["request_id"] = newValue.map(JSONValue.string) }
    }

    /// Whether the message may have been published before (header `martlet_repeated`), so that a worker looks for a stored
    /// success before it runs the task.
    public var mayBeRepeated: Bool {
        get { custom[Self.repeatedHeader] == true }
        set { custom[Self.repeatedHeader] = newValue ? true : nil }
    }

    static let repeatedHeader = "martlet_repeated"
}

extension TaskHeaders {
    /// The headers as a JSON object.
    public var json: JSONValue {
        var object = custom
        for member in members { object[member.name] = member.value }
        return .object(object)
    }

    /// The headers as JSON text.
    var bytes: [UInt8] { custom.isEmpty ? JSONWriter.bytes(of: members) : JSONWriter.bytes(of: json) }

    /// All but the custom ones, sorted by name.
    private var members: [JSONMember] {
        var members: [JSONMember] = []
        members.reserveCapacity(20)
        func add(_ name: String, _ value: JSONValue) { members.append(JSONMember(name: name, value: value)) }
        add("argsrepr", .string(argumentsText))
        if let compression { add("compression", .string(compression)) }
        add("eta", JSONValue(eta.map(ISODate.text(of:))))
        add("expires", JSONValue(expires.map(ISODate.text(of:))))
        add("group", JSONValue(group))
        add("group_index", groupIndex.map(JSONValue.integer) ?? .null)
        add("id", .string(id))
        add("ignore_result", ignoresResult.map(JSONValue.bool) ?? .null)
        add("kwargsrepr", .string(keywordsText))
        add("lang", .string(language))
        add("origin", JSONValue(origin))
        add("parent_id", JSONValue(parentID))
        add("replaced_task_nesting", .integer(replacedTaskNesting))
        add("retries", .integer(retries))
        add("root_id", .string(rootID ?? id))
        add("shadow", JSONValue(shadow))
        add("stamped_headers", stampedHeaders.map { .array($0.map(JSONValue.string)) } ?? .null)
        add("stamps", .object(stamps))
        add("task", .string(task))
        add("timelimit", [JSONValue(timeLimit.hard), JSONValue(timeLimit.soft)])
        return members
    }

    /// Reads headers; fields that older senders omit are optional.
    ///
    /// - Throws: ``TaskError`` with code `malformedMessage`, naming the field.
    public init(json: JSONValue) throws(TaskError) {
        var fields = try FieldReader(json, of: "headers")
        try self.init(&fields)
    }

    /// Takes the fields in the order in which they are written, which is the fastest.
    init(_ fields: inout FieldReader) throws(TaskError) {
        self.init(task: "", id: "")
        argumentsText = try fields.string("argsrepr") ?? "()"
        eta = try fields.date("eta")
        expires = try fields.date("expires")
        group = try fields.string("group")
        groupIndex = try fields.integer("group_index")
        let id = try fields.string("id")
        ignoresResult = try fields.bool("ignore_result")
        keywordsText = try fields.string("kwargsrepr") ?? "{}"
        language = try fields.string("lang") ?? "py"
        origin = try fields.string("origin")
        parentID = try fields.string("parent_id")
        replacedTaskNesting = try fields.count("replaced_task_nesting") ?? 0
        retries = try fields.count("retries") ?? 0
        rootID = try fields.string("root_id")
        shadow = try fields.string("shadow")
        if let names = try fields.array("stamped_headers") {
            stampedHeaders = names.compactMap(\.stringValue)
        }
        stamps = try fields.object("stamps") ?? [:]
        task = try fields.requiredString("task")
        self.id = try FieldReader.required(id, "headers.id")
        if let pair = try fields.array("timelimit"), !pair.isEmpty {
            guard pair.count == 2, pair.allSatisfy({ $0.isNull || FieldReader.seconds($0) != nil }) else {
                throw fields.failure("timelimit", "expected [hard, soft] in seconds, at most 1000000000", .array(pair))
            }
            timeLimit = TimeLimit(hard: pair[0].doubleValue, soft: pair[1].doubleValue)
        }
        compression = try fields.string("compression")
        custom = fields.rest
    }
}

extension JSONValue {
    init(_ text: String?) { self = text.map(JSONValue.string) ?? .null }
    init(_ number: Double?) {
        switch number {
        case nil: self = .null
        case let number?: self = Int(exactly: number).map(JSONValue.integer) ?? .double(number)
        }
    }
}
