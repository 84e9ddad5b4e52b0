import Foundation

extension Canvas {
    /// Throws what is wrong with the options of any call in it or linked to it.
    ///
    /// Clients ask before they send. What a worker sends on was checked by its client, or comes from Python.
    func validate(at now: Date, content: ContentDefaults) throws(TaskError) {
        switch self {
        case .task(let call):
            try call.validate(at: now, content: content)
            for canvas in call.options.link + call.options.linkError {
                try canvas.validate(at: now, content: content)
            }
        case .chain(let steps, let options): try Self.validate(steps, options, at: now, content)
        case .group(let members, let options): try Self.validate(members, options, at: now, content)
        case .chord(let header, let body, let options): try Self.validate(header + [body], options, at: now, content)
        }
    }

    private static func validate(
        _ canvases: [Canvas], _ options: CallOptions, at now: Date, _ content: ContentDefaults
    ) throws(TaskError) {
        if let id = options.taskID { try TaskIdentifier.validate(id) }
        for canvas in canvases {
            if case .task(let call) = canvas, call.uniqueness != nil { throw TaskError.uniqueStep(call.task) }
            try canvas.validate(at: now, content: content)
        }
    }
}

extension TaskCall {
    fileprivate func validate(at now: Date, content: ContentDefaults) throws(TaskError) {
        guard !task.isEmpty else {
            throw TaskError(.invalidArgument, "a task without a name cannot be sent; name one, such as 'billing.sync'")
        }
        if let id = options.taskID { try TaskIdentifier.validate(id) }
        try options.validate(for: task, at: now)
        do throws(TaskError) { try content.validate(options) } catch {
            throw TaskError(error.code, "task '\(task)': \(error.message)")
        }
        try uniqueness?.validate(for: self)
        try shadowName?.validate(for: self)
    }
}

extension CallOptions {
    fileprivate func validate(for task: String, at now: Date) throws(TaskError) {
        func require(_ condition: Bool, _ what: @autoclosure () -> String) throws(TaskError) {
            guard condition else { throw TaskError(.invalidArgument, "task '\(task)': \(what())") }
        }
        try require(queue?.isEmpty != true, "the queue has an empty name; leave it out for the default queue")
        if let priority { try TaskPriority(rawValue: priority).validate() }
        try require(
            countdown ?? 0 >= 0, "a countdown of \(countdown ?? 0) s is in the past; leave it out to run at once")
        try require(expiresAfter ?? 0 >= 0, "it would expire \(-(expiresAfter ?? 0)) s ago; let it expire later")
        try require(expires ?? now >= now, "it has expired already, at \(expires.map(ISODate.text) ?? "")")
        let start = eta ?? now.addingTimeInterval(countdown ?? 0)
        if let end = expires ?? expiresAfter.map(now.addingTimeInterval), start > now {
            try require(
                end > start,
                "it would expire at \(ISODate.text(of: end)), before it may run at \(ISODate.text(of: start))")
        }
        try require(timeLimit.hard ?? 1 > 0, "a time limit of \(timeLimit.hard ?? 0) s lets nothing run; leave it out")
        try require(
            timeLimit.soft ?? 1 > 0, "a soft time limit of \(timeLimit.soft ?? 0) s lets nothing run; leave it out")
        if let soft = timeLimit.soft, let hard = timeLimit.hard {
            try require(
                soft < hard,
                "the soft time limit of \(soft) s is not under the hard one of \(hard) s and would never count")
        }
        try require(stamps.keys.allSatisfy { !Self.fields.contains($0) }, "a stamp has the name of an option")
    }

    /// The names of Celery's options, which stand beside the stamps on the wire.
    private static let fields: Set<String> = [
        "task_id", "group_id", "group_index", "queue", "priority", "countdown", "eta", "expires", "time_limit",
        "soft_time_limit", "ignore_result", "shadow", "reply_to", "headers", "link", "link_error", "chord", "chain",
        "root_id", "parent_id", "exchange", "routing_key", "serializer", "compression", "stamped_headers",
        "replaced_task_nesting",
    ]
}

/// What may be the id of a task: in a file name, a key, a log line and a URL.
enum TaskIdentifier {
    static func validate(_ id: String) throws(TaskError) {
        guard !id.isEmpty, id.utf8.count <= 255, id.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw TaskError(
                .invalidArgument,
                """
                '\(id.prefix(60))' cannot be the id of a task; use 1 to 255 printable ASCII characters without spaces, \
                such as a UUID
                """)
        }
    }
}

extension TaskError {
    fileprivate static func uniqueStep(_ task: String) -> TaskError {
        TaskError(
            .invalidArgument,
            """
            task '\(task)' is unique and cannot be a step of a chain, group or chord: if the same one were there already, \
            the rest would wait for ever; send it alone, or from a step
            """)
    }
}
