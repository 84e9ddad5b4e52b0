/// A display name that is worked out of the arguments of a call, such as `"invoice {invoice}"`.
///
/// A call carries it in the header `martlet_shadow` until its message is made, when all of its arguments are known.
struct ShadowName: Sendable, Hashable {
    static let header = "martlet_shadow"
    private static let limit = 200

    private enum Part {
        case text(String)
        case argument(String)
    }

    var template: String
    /// The names of the positional arguments.
    var positional: [String]

    init(_ template: String, positional: [String] = []) {
        self.template = template
        self.positional = positional
    }

    init?(json: JSONValue) {
        guard let template = json["template"]?.stringValue else { return nil }
        self.init(template, positional: json["positional"]?.arrayValue?.compactMap(\.stringValue) ?? [])
    }

    var json: JSONValue {
        ["template": .string(template), "positional": .array(positional.map(JSONValue.string))]
    }

    /// Throws what is wrong with it for a call.
    func validate(for call: TaskCall) throws(TaskError) {
        let known = positional + call.keywords.keys.sorted()
        for case .argument(let name) in parts where !known.contains(name) {
            let list = known.map { "'\($0)'" }.joined(separator: ", ")
            throw TaskError(
                .invalidArgument,
                """
                task '\(call.task)' is shown as '\(template)', but '\(name)' is none of its arguments; they are \
                \(list.isEmpty ? "without names" : list)
                """)
        }
    }

    /// The name of a call, at most 200 characters.
    func text(_ arguments: [JSONValue], _ keywords: [String: JSONValue]) -> String {
        var values = keywords
        for (name, value) in zip(positional, arguments) { values[name] = value }
        let text = parts.map { part in
            switch part {
            case .text(let text): text
            case .argument(let name): values[name].map { $0.stringValue ?? $0.description } ?? "null"
            }
        }.joined()
        return text.count <= Self.limit ? text : text.prefix(Self.limit - 3) + "..."
    }

    private var parts: [Part] {
        var parts: [Part] = []
        var rest = template[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            parts.append(.text(String(rest[..<open])))
            parts.append(.argument(String(rest[open..<close].dropFirst())))
            rest = rest[close...].dropFirst()
        }
        return parts + [.text(String(rest))]
    }
}

extension TaskCall {
    /// The display name that its task works out.
    var shadowName: ShadowName? { options.headers[ShadowName.header].flatMap(ShadowName.init) }
}

extension TaskHeaders {
    /// Works out the display name, now that the arguments are known; one the call was given stays.
    mutating func resolveShadow(of arguments: [JSONValue], _ keywords: [String: JSONValue]) {
        guard let name = custom.removeValue(forKey: ShadowName.header).flatMap(ShadowName.init) else { return }
        shadow = shadow ?? name.text(arguments, keywords)
    }
}
