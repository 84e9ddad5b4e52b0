/// A signature without its type: what a chain, group or chord is made of, and how it looks on the wire.
///
/// On the wire each case is Celery's signature object (`celery/canvas.py`): `{"task", "args", "kwargs", "options",
/// "subtask_type", "immutable"}`.
public indirect enum Canvas: Sendable, Hashable {
    /// One call of one task.
    case task(TaskCall)
    /// Steps one after the other; each takes what the one before returns.
    case chain([Canvas], CallOptions)
    /// Tasks side by side.
    case group([Canvas], CallOptions)
    /// Tasks side by side, and a body that takes the list of their results.
    case chord(header: [Canvas], body: Canvas, CallOptions)

    /// The options of the outermost element.
    public var options: CallOptions {
        get {
            switch self {
            case .task(let call): call.options
            case .chain(_, let options), .group(_, let options), .chord(_, _, let options): options
            }
        }
        set {
            switch self {
            case .task(var call):
                call.options = newValue
                self = .task(call)
            case .chain(let steps, _): self = .chain(steps, newValue)
            case .group(let members, _): self = .group(members, newValue)
            case .chord(let header, let body, _): self = .chord(header: header, body: body, newValue)
            }
        }
    }
}

/// One call of one task: its name, arguments and options.
public struct TaskCall: Sendable, Hashable {
    /// The registered name of the task.
    public var task: String
    /// The positional arguments.
    public var arguments: [JSONValue]
    /// The keyword arguments.
    public var keywords: [String: JSONValue]
    /// How it is to be sent.
    public var options: CallOptions
    /// Whether it does not take the result of the step before it.
    public var isImmutable: Bool

    /// Makes a call; by default it takes the result of the step before it as first argument.
    public init(
        task: String,
        arguments: [JSONValue] = [],
        keywords: [String: JSONValue] = [:],
        options: CallOptions = CallOptions(),
        isImmutable: Bool = false
    ) {
        self.task = task
        self.arguments = arguments
        self.keywords = keywords
        self.options = options
        self.isImmutable = isImmutable
    }
}

// MARK: - Wire

extension Canvas {
    /// The signature object of Celery's canvas.
    public var json: JSONValue {
        switch self {
        case .task(let call):
            Self.object(
                call.task, nil, call.arguments, call.keywords, call.options, isImmutable: call.isImmutable)
        case .chain(let steps, let options):
            Self.object("celery.chain", "chain", [], ["tasks": .array(steps.map(\.json))], options)
        case .group(let members, let options):
            Self.object("celery.group", "group", [], ["tasks": .array(members.map(\.json))], options)
        case .chord(let header, let body, let options):
            Self.object(
                "celery.chord", "chord", [],
                ["header": .array(header.map(\.json)), "body": body.json, "kwargs": [:]], options)
        }
    }

    private static func object(
        _ task: String, _ type: String?, _ arguments: [JSONValue], _ keywords: [String: JSONValue],
        _ options: CallOptions, isImmutable: Bool = false
    ) -> JSONValue {
        var object: [String: JSONValue] = [
            "task": .string(task), "args": .array(arguments), "kwargs": .object(keywords), "options": options.json,
            "subtask_type": JSONValue(type), "immutable": .bool(isImmutable),
        ]
        object["chord_size"] = options.chordSize.map(JSONValue.integer)
        return .object(object)
    }

    /// Reads a signature object; `place` names it in errors.
    ///
    /// - Throws: ``TaskError`` with code `malformedMessage`, naming the field.
    public init(json: JSONValue, at place: String = "signature") throws(TaskError) {
        var fields = try FieldReader(json, of: place)
        let task = try fields.requiredString("task")
        let arguments = try fields.array("args") ?? []
        var keywords = try FieldReader(.object(fields.object("kwargs") ?? [:]), of: "\(place).kwargs")
        var options = try CallOptions(json: fields.value("options") ?? .null, at: place)
        options.chordSize = try fields.integer("chord_size")
        switch try fields.string("subtask_type") {
        case "chain":
            self = .chain(try Self.list(keywords.value("tasks"), "\(place).kwargs.tasks"), options)
        case "group":
            self = .group(try Self.list(keywords.value("tasks"), "\(place).kwargs.tasks"), options)
        case "chord":
            let header = try Self.list(keywords.value("header"), "\(place).kwargs.header")
            guard let body = keywords.value("body") else {
                throw TaskError(.malformedMessage, "\(place).kwargs.body is missing; a chord needs one")
            }
            var chordOptions = options
            if chordOptions.taskID == nil { chordOptions.taskID = header.first?.options.groupID }
            self = .chord(header: header, body: try Canvas(json: body, at: "\(place).kwargs.body"), chordOptions)
        default:
            self = .task(
                TaskCall(
                    task: task, arguments: arguments, keywords: keywords.rest, options: options,
                    isImmutable: try fields.bool("immutable") ?? false))
        }
    }

    /// A list of signatures, or a group signature that stands for its members.
    private static func list(_ value: JSONValue?, _ place: String) throws(TaskError) -> [Canvas] {
        guard let value else { return [] }
        if case .object = value, case .group(let members, let options) = try Canvas(json: value, at: place) {
            return members.map { member in
                var member = member
                if member.options.groupID == nil { member.options.groupID = options.taskID }
                return member
            }
        }
        guard let elements = value.arrayValue else {
            throw TaskError(.malformedMessage, "\(place): expected a list of signatures, found \(value.kind)")
        }
        var canvases: [Canvas] = []
        for (index, element) in elements.enumerated() {
            canvases.append(try Canvas(json: element, at: "\(place)[\(index)]"))
        }
        return canvases
    }
}
