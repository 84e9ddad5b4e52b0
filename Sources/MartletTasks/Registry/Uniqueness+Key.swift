import Foundation

// From call to broker: `TaskOptions.unique` → what a call carries in the header `martlet_unique`, since arguments may
// still come from the step before → the lock in the same header of its message → `WireMessage.uniqueLock`.

/// What a call of a unique task carries until its message is made, when all of its arguments are known.
struct UniqueCall: Sendable, Hashable {
    /// The header of both, call and message.
    static let header = "martlet_unique"

    var uniqueness: Uniqueness
    /// The names of the positional arguments.
    var positional: [String]

    init(_ uniqueness: Uniqueness, positional: [String] = []) {
        self.uniqueness = uniqueness
        self.positional = positional
    }

    init?(json: JSONValue) {
        guard let release = json["release"]?.stringValue.flatMap(UniqueLock.Release.init),
            let period = json["period"]?.doubleValue, period.isFinite
        else { return nil }
        uniqueness = Uniqueness(
            release: release, parameters: json["by"]?.arrayValue?.compactMap(\.stringValue) ?? [],
            period: .seconds(period))
        positional = json["positional"]?.arrayValue?.compactMap(\.stringValue) ?? []
    }

    var json: JSONValue {
        [
            "release": .string(uniqueness.release.rawValue), "period": JSONValue(uniqueness.period.inSeconds),
            "by": .array(uniqueness.parameters.map(JSONValue.string)),
            "positional": .array(positional.map(JSONValue.string)),
        ]
    }

    /// Throws what is wrong with it for a call.
    func validate(for call: TaskCall) throws(TaskError) {
        guard uniqueness.period > .zero else {
            throw TaskError(.invalidArgument, "task '\(call.task)': a unique task needs a period over 0")
        }
        let known = positional + call.keywords.keys.sorted()
        for name in uniqueness.parameters where !known.contains(name) {
            let list = known.map { "'\($0)'" }.joined(separator: ", ")
            throw TaskError(
                .invalidArgument,
                """
                task '\(call.task)' is unique by '\(name)', which is none of its arguments; they are \
                \(list.isEmpty ? "without names" : list)
                """)
        }
    }

    /// The lock of a call: its key is the task's name and the values that make two calls the same, as canonical JSON.
    func lock(
        of task: String, _ arguments: [JSONValue], _ keywords: [String: JSONValue], at now: Date
    ) -> UniqueLock {
        var values = keywords
        for (index, value) in arguments.enumerated() {
            values[index < positional.count ? positional[index] : "#\(index + 1)"] = value
        }
        let names = uniqueness.parameters.isEmpty ? values.keys.sorted() : uniqueness.parameters
        let parts = names.map { "\($0)=\(JSONWriter.text(of: values[$0] ?? .null))" }
        return UniqueLock(
            key: "\(task):\(parts.joined(separator: ","))", release: uniqueness.release,
            expires: now.addingTimeInterval(uniqueness.period.inSeconds))
    }
}

extension TaskCall {
    /// When it is not sent because the same one is already there.
    var uniqueness: UniqueCall? { options.headers[UniqueCall.header].flatMap(UniqueCall.init) }
}

extension TaskHeaders {
    /// The lock the message takes when it is published (header `martlet_unique`), or `nil`.
    public var uniqueLock: UniqueLock? {
        get {
            guard let lock = custom[UniqueCall.header], let key = lock["key"]?.stringValue,
                let release = lock["release"]?.stringValue.flatMap(UniqueLock.Release.init),
                let expires = lock["expires"].flatMap(TaggedValue.date)
            else { return nil }
            return UniqueLock(key: key, release: release, expires: expires)
        }
        set {
            custom[UniqueCall.header] = newValue.map { lock in
                [
                    "key": .string(lock.key), "release": .string(lock.release.rawValue),
                    "expires": .string(ISODate.text(of: lock.expires)),
                ]
            }
        }
    }

    /// Makes the lock of what the call said, now that its arguments are known.
    mutating func resolveUniqueness(
        of arguments: [JSONValue], _ keywords: [String: JSONValue], at now: Date
    ) {
        guard let call = custom[UniqueCall.header].flatMap(UniqueCall.init) else { return }
        uniqueLock = call.lock(of: task, arguments, keywords, at: now)
    }
}
