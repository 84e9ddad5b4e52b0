// Nearly every message a worker reads was written by this module and has nothing special in it: no eta, no stamps, nothing
// that follows it. Such a message is read from its known places, in a fifth of the time. All others, and all that is
// malformed, are read field by field.

extension TaskMessage {
    /// The message of a plain task as this module writes it; `nil` for all others.
    init?(plain wire: WireMessage, limits: JSONParser.Limits) {
        guard wire.size <= limits.bytes, limits.depth > 2,
            let headers = wire.headers.withUnsafeBufferPointer({ TaskHeaders(plain: $0, id: wire.id) }),
            let properties = wire.properties.withUnsafeBufferPointer({ TaskProperties(plain: $0, wire) }),
            let (arguments, keywords) = Self.plainBody(wire.body, limits)
        else { return nil }
        self.headers = headers
        self.properties = properties
        self.arguments = arguments
        self.keywords = keywords
        embed = Embed()
    }

    /// The arguments of a body that says of nothing to follow.
    private static func plainBody(
        _ body: [UInt8], _ limits: JSONParser.Limits
    ) -> (arguments: [JSONValue], keywords: [String: JSONValue])? {
        let empty: StaticString = #",{"callbacks":null,"chain":null,"chord":null,"errbacks":null}]"#
        let count = body.count - empty.utf8CodeUnitCount
        guard count > 0, body.suffix(from: count).elementsEqual(empty.bytes) else { return nil }
        var call = Array(body.prefix(count))
        call.append(UInt8(ascii: "]"))
        guard let parts = try? JSONParser.parse(call, limits: limits).arrayValue, parts.count == 2,
            let arguments = parts[0].arrayValue, let keywords = parts[1].objectValue
        else { return nil }
        return (arguments, keywords)
    }
}

extension TaskHeaders {
    fileprivate init?(plain bytes: UnsafeBufferPointer<UInt8>, id: String) {
        var text = ExpectingReader(bytes)
        guard text.skip(#"{"argsrepr":"#), let argumentsText = text.string(likely: "()"),
            text.skip(#","eta":null,"expires":null,"group":"#), let group = text.optional({ $0.string() }),
            text.skip(#","group_index":"#), let groupIndex = text.optional({ $0.count() }),
            text.skip(#","id":"#), let id = text.string(likely: id), !id.isEmpty,
            text.skip(#","ignore_result":"#), let ignoresResult = text.optional({ $0.bool() }),
            text.skip(#","kwargsrepr":"#), let keywordsText = text.string(likely: "{}"),
            text.skip(#","lang":"#), let language = text.string(likely: "swift"),
            text.skip(#","origin":"#), let origin = text.optional({ $0.string() }),
            text.skip(#","parent_id":"#), let parentID = text.optional({ $0.string() }),
            text.skip(#","replaced_task_nesting":"#), let nesting = text.count()
        else { return nil }
        if text.skip(#","request_id":"#) {
            guard let requestID = text.string() else { return nil }
            custom = ["request_id": .string(requestID)]
        }
        guard text.skip(#","retries":"#), let retries = text.count(),
            text.skip(#","root_id":"#), let rootID = text.optional({ $0.string(likely: id) }),
            text.skip(#","shadow":"#), let shadow = text.optional({ $0.string() }),
            text.skip(#","stamped_headers":null,"stamps":{},"task":"#), let task = text.string(), !task.isEmpty,
            text.skip(#","timelimit":[null,null]}"#), text.isAtEnd
        else { return nil }
        (self.task, self.id, self.rootID, self.parentID) = (task, id, rootID, parentID)
        (self.group, self.groupIndex, self.retries, replacedTaskNesting) = (group, groupIndex, retries, nesting)
        (self.argumentsText, self.keywordsText, self.shadow) = (argumentsText, keywordsText, shadow)
        (self.language, self.origin, self.ignoresResult) = (language, origin, ignoresResult)
    }
}

extension TaskProperties {
    fileprivate init?(plain bytes: UnsafeBufferPointer<UInt8>, _ wire: WireMessage) {
        var text = ExpectingReader(bytes)
        guard text.skip(#"{"content_encoding":"utf-8","content_type":"application/json","correlation_id":"#),
            let correlationID = text.string(likely: wire.id),
            text.skip(#","delivery_info":{"exchange":"","routing_key":"#), text.string(likely: wire.queue) != nil,
            text.skip(#"},"delivery_mode":2,"priority":"#), let priority = text.count(),
            text.skip(#","reply_to":"#), let replyTo = text.string(likely: ""), text.skip("}"), text.isAtEnd
        else { return nil }
        self.init(correlationID: correlationID, queue: wire.queue)
        self.priority = priority
        self.replyTo = replyTo
    }
}

extension StaticString {
    fileprivate var bytes: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
    }
}
