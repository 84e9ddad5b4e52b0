extension TaskClient {
    /// What takes the place of a task, checked as what is enqueued.
    ///
    /// New ids follow from that of the task: a broker that cannot exchange messages in one step and dies in between gets
    /// the same ones again.
    func replacement<Output>(of message: TaskMessage, with signature: Signature<Output>) throws -> Canvas {
        if let problem = signature.problem { throw problem }
        let nesting = message.headers.replacedTaskNesting + 1
        var count = 0
        var canvas = signature.canvas.takingPlace(of: message, nesting: nesting) {
            count += 1
            return TaskID.derived(from: message.id, "replaced-\(nesting)-\(count)")
        }
        if let priority = impliedPriority { canvas.changeAllCalls { $0.priority = $0.priority ?? priority } }
        try canvas.validate(at: time.now, content: ContentDefaults(options))
        try canvas.checkBackend(results)
        let publication = CanvasPublication(
            now: time.now, defaultQueue: options.defaultQueue, content: ContentDefaults(options))
        for message in try publication.messages(replacing: message, by: canvas) { try check(message) }
        return canvas
    }
}

extension Canvas {
    /// The canvas frozen as what takes the place of a task: it ends in one task, which has all that the other one had.
    ///
    /// - Parameters:
    ///   - message: The task.
    ///   - nesting: How often the task has been replaced, this time included.
    ///   - makeID: Makes the ids of all other tasks.
    fileprivate func takingPlace(of message: TaskMessage, nesting: Int, makeID: () -> String) -> Canvas {
        var canvas = normalized().single
        canvas.changeLastCalls { $0.take(place: message) }
        canvas.changeCalls {
            $0.replacedTaskNesting = nesting
            $0.stamps.merge(message.headers.stamps) { own, _ in own }
        }
        // The message keeps its lock at the broker, and cannot have two.
        if case .task(var call) = canvas {
            call.options.headers[UniqueCall.header] = nil
            canvas = .task(call)
        }
        canvas.assignIDs(makeID)
        return canvas
    }
}

extension CallOptions {
    private static let nestingField = "replaced_task_nesting"

    /// How often the task was replaced before it came to this call.
    var replacedTaskNesting: Int {
        get { max(0, other[Self.nestingField]?.integerValue ?? 0) }
        set { other[Self.nestingField] = newValue == 0 ? nil : .integer(newValue) }
    }

    /// Takes over the id of a task, where it belongs and what follows it.
    ///
    /// Errbacks go here alone: whatever fails in the place of the task fails this call in the end, and they are told once.
    fileprivate mutating func take(place message: TaskMessage) {
        taskID = message.id
        groupID = message.headers.group
        groupIndex = message.headers.groupIndex
        chord = [message.embed.chord].compactMap(\.self)
        link += message.embed.callbacks
        linkError += message.embed.errbacks
        if replyTo == nil, !message.properties.replyTo.isEmpty { replyTo = message.properties.replyTo }
        if message.headers.mayBeRepeated { headers[TaskHeaders.repeatedHeader] = true }
    }
}

extension CanvasPublication {
    /// The messages that start what takes the place of a task; the rest of the task's chain comes after it.
    func messages(replacing message: TaskMessage, by canvas: Canvas) throws(TaskError) -> [TaskMessage] {
        var rest = message.embed.chain
        for index in rest.indices {
            rest[index].changeCalls { $0.replacedTaskNesting = message.headers.replacedTaskNesting + 1 }
        }
        return try messages(for: canvas, rest: rest)
    }
}
