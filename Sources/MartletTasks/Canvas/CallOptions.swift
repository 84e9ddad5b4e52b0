public import Foundation

/// What a signature says about how it is to be sent (`options` in Celery's signatures).
public struct CallOptions: Sendable, Hashable {
    /// The id the task, group or chord will have; given when the signature is prepared for sending.
    public var taskID: String?
    /// The id of the group it belongs to.
    public var groupID: String?
    /// The position in the group.
    public var groupIndex: Int?
    /// The queue; `nil` is the task's own or the default.
    public var queue: String?
    /// The priority from 0 to 9; `nil` is the task's own or 0.
    public var priority: Int?
    /// Seconds to wait before it runs.
    public var countdown: Double?
    /// The moment before which it does not run.
    public var eta: Date?
    /// The moment after which it does not run.
    public var expires: Date?
    /// Seconds after sending after which it does not run.
    public var expiresAfter: Double?
    /// The time limits in seconds.
    public var timeLimit = TaskHeaders.TimeLimit()
    /// Whether no result is stored.
    public var ignoresResult: Bool?
    /// A name for display in logs and events, in the place of the task's.
    public var shadow: String?
    /// The queue for replies, for workers that answer through one (Celery's backend `rpc`).
    public var replyTo: String?
    /// The format of the message; `nil` is the task's own or the client's.
    public var serializer: SerializerName?
    /// How the body of the message is compressed; `nil` is the task's own or the client's.
    public var compression: CompressionName?
    /// The stamps: marks by which tasks are found and revoked.
    public var stamps: [String: JSONValue] = [:]
    /// Further headers.
    public var headers: [String: JSONValue] = [:]
    /// Tasks to start on success.
    public var link: [Canvas] = []
    /// Tasks to start on failure.
    public var linkError: [Canvas] = []
    /// The body of the chord whose header it belongs to: none or one element.
    public var chord: [Canvas] = []
    /// On the body of a chord: how many header tasks have to finish.
    ///
    /// Stands beside the options on the wire.
    public var chordSize: Int?
    /// Whether the result of the task that sends it names it as a child; stays with the client.
    public var addsToParent = true
    /// Everything else, kept as it came.
    public var other: [String: JSONValue] = [:]

    /// Makes options that say nothing.
    public init() {}
}

extension CallOptions {
    /// The options as a JSON object; what is not set is left out.
    public var json: JSONValue {
        var object = other
        object["task_id"] = taskID.map(JSONValue.string)
        object["group_id"] = groupID.map(JSONValue.string)
        object["group_index"] = groupIndex.map(JSONValue.integer)
        object["queue"] = queue.map(JSONValue.string)
        object["priority"] = priority.map(JSONValue.integer)
        object["countdown"] = countdown.map { JSONValue($0) }
        object["eta"] = eta.map { .string(ISODate.text(of: $0)) }
        object["expires"] = expires.map { .string(ISODate.text(of: $0)) } ?? expiresAfter.map { JSONValue($0) }
        object["time_limit"] = timeLimit.hard.map { JSONValue($0) }
        object["soft_time_limit"] = timeLimit.soft.map { JSONValue($0) }
        object["ignore_result"] = ignoresResult.map(JSONValue.bool)
        object["shadow"] = shadow.map(JSONValue.string)
        object["reply_to"] = replyTo.map(JSONValue.string)
        object["serializer"] = serializer.map { .string($0.rawValue) }
        object["compression"] = compression.map { .string($0.rawValue) }
        if !stamps.isEmpty {
            object.merge(stamps) { $1 }
            object["stamped_headers"] = .array(stamps.keys.sorted().map(JSONValue.string))
        }
        if !headers.isEmpty { object["headers"] = .object(headers) }
        if !link.isEmpty { object["link"] = .array(link.map(\.json)) }
        if !linkError.isEmpty { object["link_error"] = .array(linkError.map(\.json)) }
        if let body = chord.first { object["chord"] = body.json }
        return .object(object)
    }

    init(json: JSONValue, at place: String) throws(TaskError) {
        self.init()
        guard !json.isNull else { return }
        var fields = try FieldReader(json, of: "\(place).options")
        taskID = try fields.string("task_id")
        groupID = try fields.string("group_id")
        groupIndex = try fields.integer("group_index")
        queue = try fields.string("queue")
        priority = try fields.integer("priority")
        countdown = try fields.seconds("countdown")
        eta = try fields.date("eta")
        if case .string? = fields.peek("expires") {
            expires = try fields.date("expires")
        } else {
            expiresAfter = try fields.seconds("expires")
        }
        timeLimit.hard = try fields.seconds("time_limit")
        timeLimit.soft = try fields.seconds("soft_time_limit")
        ignoresResult = try fields.bool("ignore_result")
        shadow = try fields.string("shadow")
        replyTo = try fields.string("reply_to")
        serializer = try fields.string("serializer").map(SerializerName.init(rawValue:))
        compression = try fields.string("compression").map(CompressionName.init(rawValue:))
        for name in try fields.array("stamped_headers") ?? [] {
            guard let name = name.stringValue, let value = fields.peek(name) else { continue }
            stamps[name] = value
        }
        headers = try fields.object("headers") ?? [:]
        link = try Self.canvases(fields.value("link"), "\(place).options.link")
        linkError = try Self.canvases(fields.value("link_error"), "\(place).options.link_error")
        chord = try Self.canvases(fields.value("chord"), "\(place).options.chord")
        other = fields.rest.filter { stamps[$0.key] == nil }
    }

    /// Celery writes one signature or a list of them.
    private static func canvases(_ value: JSONValue?, _ place: String) throws(TaskError) -> [Canvas] {
        guard let value else { return [] }
        var canvases: [Canvas] = []
        for element in value.arrayValue ?? [value] { canvases.append(try Canvas(json: element, at: place)) }
        return canvases
    }
}
