import Foundation

/// Turns a frozen canvas into the messages that start it.
///
/// Pure: nothing is sent.
///
/// Client and worker use the same code: the client for what is enqueued, the worker for what follows a task.
struct CanvasPublication: Sendable {
    /// The moment from which countdowns count.
    var now: Date
    /// The first task of the workflow; `nil` makes each message its own root.
    var rootID: String?
    /// The task that publishes.
    var parentID: String?
    /// The request the tasks belong to.
    var requestID: String?
    /// The process that publishes.
    var origin: String?
    /// Whether these messages may have been published before, so that a worker looks for a stored result first.
    var isRepeated = false
    /// Where a task goes that names no queue.
    var defaultQueue = TaskProperties.defaultQueue
    /// How long the texts of the arguments are at most.
    var argumentsTextLimit = ArgumentsText.defaultLimit
    /// In which form messages are sent.
    var content = ContentDefaults()

    /// The messages that start a canvas.
    ///
    /// - Parameters:
    ///   - canvas: What to start; frozen.
    ///   - arguments: The results of the step before, put before the stored arguments of what is not immutable.
    ///   - rest: The steps of the chain that follow, in reverse order.
    func messages(
        for canvas: Canvas, prepending arguments: [JSONValue] = [], rest: [Canvas] = []
    ) throws(TaskError) -> [TaskMessage] {
        switch canvas {
        case .task(let call): return [try message(for: call, prepending: arguments, rest: rest)]
        case .chain(let steps, _):
            guard let first = steps.first else { throw Self.empty("chain") }
            return try messages(for: first, prepending: arguments, rest: rest + steps.dropFirst().reversed())
        case .group(let members, let options):
            if let next = rest.last {
                let chord = Canvas.chord(header: members, body: next, options)
                return try messages(for: chord, prepending: arguments, rest: rest.dropLast())
            }
            var messages: [TaskMessage] = []
            for member in members { messages += try self.messages(for: member, prepending: arguments) }
            return messages
        case .chord(let header, let body, let options):
            return try chord(header, body, options, prepending: arguments, rest: rest)
        }
    }

    private func chord(
        _ header: [Canvas], _ body: Canvas, _ options: CallOptions, prepending arguments: [JSONValue], rest: [Canvas]
    ) throws(TaskError) -> [TaskMessage] {
        guard !header.isEmpty else { return try messages(for: body, prepending: [[]], rest: rest) }
        guard let group = options.taskID else { throw Self.unfrozen("chord") }
        var whole = rest.isEmpty ? body : Canvas.chain([body] + rest.reversed(), CallOptions())
        whole.options.chordSize = header.count
        var messages: [TaskMessage] = []
        for (index, member) in header.enumerated() {
            var member = member
            member.join(group: group, at: index, chord: whole)
            messages += try self.messages(for: member, prepending: arguments)
        }
        return messages
    }

    private func message(
        for call: TaskCall, prepending arguments: [JSONValue], rest: [Canvas]
    ) throws(TaskError) -> TaskMessage {
        var options = call.options
        guard let id = options.taskID else { throw Self.unfrozen("task '\(call.task)'") }
        var message = TaskMessage(
            task: call.task, id: id, arguments: call.isImmutable ? call.arguments : arguments + call.arguments,
            keywords: call.keywords, queue: options.queue ?? defaultQueue)
        message.properties.priority = options.priority ?? 0
        message.properties.replyTo = options.replyTo ?? ""
        message.headers.eta = options.eta ?? options.countdown.map { now.addingTimeInterval($0) }
        message.headers.expires = options.expires ?? options.expiresAfter.map { now.addingTimeInterval($0) }
        if let expires = message.headers.expires {
            let milliseconds = max(0, (expires.timeIntervalSince(now) * 1000).rounded())
            message.properties.custom["expiration"] = .string(String(Int(min(milliseconds, 1e15))))
        }
        message.headers.timeLimit = options.timeLimit
        message.headers.ignoresResult = options.ignoresResult
        message.headers.group = options.groupID
        message.headers.groupIndex = options.groupIndex
        message.headers.rootID = rootID ?? id
        message.headers.parentID = parentID
        message.headers.origin = origin
        message.headers.argumentsText = ArgumentsText.positional(message.arguments, limit: argumentsTextLimit)
        message.headers.keywordsText = ArgumentsText.keywords(message.keywords, limit: argumentsTextLimit)
        message.headers.shadow = options.shadow
        message.headers.replacedTaskNesting = options.replacedTaskNesting
        message.headers.stamps = options.stamps
        if !options.stamps.isEmpty { message.headers.stampedHeaders = options.stamps.keys.sorted() }
        message.headers.custom = options.headers
        try content.apply(options, to: &message)
        message.headers.resolveShadow(of: message.arguments, message.keywords)
        message.headers.resolveUniqueness(of: message.arguments, message.keywords, at: now)
        if let requestID, message.headers.requestID == nil { message.headers.requestID = requestID }
        if isRepeated { message.headers.mayBeRepeated = true }
        message.embed.callbacks = options.link
        message.embed.errbacks = options.linkError
        message.embed.chain = rest
        if case .array(let own)? = options.other.removeValue(forKey: "chain") {
            for element in own { message.embed.chain.append(try Canvas(json: element, at: "options.chain")) }
        }
        message.embed.chord = options.chord.first
        return message
    }

    private static func empty(_ what: String) -> TaskError {
        TaskError(.invalidArgument, "an empty \(what) cannot be sent; give it at least one task")
    }

    private static func unfrozen(_ what: String) -> TaskError {
        TaskError(.malformedMessage, "the \(what) in a canvas has no task_id; its sender must assign one")
    }
}

/// The texts `argsrepr` and `kwargsrepr`, for display only.
enum ArgumentsText {
    /// Celery's `argsrepr_maxsize`.
    static let defaultLimit = 1024

    static func positional(_ arguments: [JSONValue], limit: Int = defaultLimit) -> String {
        let list = arguments.map(\.description).joined(separator: ", ")
        return cut(arguments.count == 1 ? "(\(list),)" : "(\(list))", limit)
    }

    static func keywords(_ keywords: [String: JSONValue], limit: Int = defaultLimit) -> String {
        cut(JSONValue.object(keywords).description, limit)
    }

    private static func cut(_ text: String, _ limit: Int) -> String {
        text.utf8.count <= limit ? text : String(text.prefix(max(0, limit - 3))) + "..."
    }
}
