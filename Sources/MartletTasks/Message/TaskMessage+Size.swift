extension TaskMessage {
    /// Whether the message may have more bytes than this when it is written; `false` is certain, and found without
    /// writing it.
    func mayExceed(_ limit: Int) -> Bool {
        // What follows a task is as large as it likes.
        guard embed.isEmpty else { return true }
        // All fields of a fixed size, the ids, and the names of JSON fit into this.
        var size = 16_384
        let texts = [
            task, headers.shadow, headers.rootID, headers.parentID, properties.correlationID, properties.queue,
            properties.replyTo,
        ]
        for case let text? in texts { size += JSONValue.string(text).greatestSize }
        // Arguments are there once more as text for display, and stamps by their names.
        for value in arguments { size += 3 * value.greatestSize }
        for members in [keywords, headers.stamps] { size += 3 * JSONValue.object(members).greatestSize }
        for members in [headers.custom, properties.custom] { size += JSONValue.object(members).greatestSize }
        return size > limit
    }
}

extension JSONValue {
    /// The most bytes it can have as text: each byte of a string may become an escape of six.
    fileprivate var greatestSize: Int {
        switch self {
        case .null, .bool, .integer, .double: 32
        case .string(let text): 6 * text.utf8.count + 3
        case .array(let elements): elements.reduce(3) { $0 + $1.greatestSize }
        case .object(let members): members.reduce(3) { $0 + 6 * $1.key.utf8.count + 4 + $1.value.greatestSize }
        }
    }
}
