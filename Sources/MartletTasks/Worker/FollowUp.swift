/// What the end of a task brings about: results of others to store and messages to publish.
struct FollowUp: Sendable {
    var results: [TaskResult] = []
    var messages: [TaskMessage] = []
}

/// Works out what follows a task: callbacks, the next step of its chain, the body of its chord.
///
/// Everything has the ids it was given when it was first sent, so following up twice does no harm.
struct FollowUps: Sendable {
    let results: any ResultBackend
    let time: TimeSource
    let defaultQueue: String
    var argumentsTextLimit = ArgumentsText.defaultLimit
    var content = ContentDefaults()

    /// After success, as Celery does (`celery/app/trace.py`): callbacks, then the chain, then the chord.
    func success(of message: TaskMessage, _ result: TaskResult, isRepeated: Bool) async throws -> FollowUp {
        var followUp = FollowUp()
        if message.embed.isEmpty { return followUp }
        let publication = publication(after: message, isRepeated: isRepeated)
        for callback in identified(message.embed.callbacks, after: message, as: "link") {
            followUp.messages += try publication.messages(for: callback, prepending: [result.value])
        }
        if let next = message.embed.chain.last {
            followUp.messages += try publication.messages(
                for: next, prepending: [result.value], rest: message.embed.chain.dropLast())
        }
        if let body = message.embed.chord, let group = message.headers.group {
            let index = message.headers.groupIndex ?? 0
            try await complete(
                body, of: group, at: index, with: result, publication: publication, adding: &followUp)
        }
        return followUp
    }

    /// After failure (`mark_as_failure`): all that waits for the task fails with it, and errbacks are told.
    ///
    /// An earlier delivery may have counted it as a member of its chord before its worker died, so that the body has run.
    func failure(
        of message: TaskMessage, _ failure: TaskFailure, state: TaskState, isRepeated: Bool
    ) async throws -> FollowUp {
        var followUp = FollowUp()
        let publication = publication(after: message, isRepeated: isRepeated)
        for errback in identified(message.embed.errbacks, after: message, as: "link_error") {
            followUp.messages += try publication.messages(for: errback, prepending: [.string(message.id)])
        }
        for step in message.embed.chain.reversed() {
            try await fail(step, failure, state, publication: publication, adding: &followUp)
        }
        if let body = message.embed.chord, let group = message.headers.group {
            var result = TaskResult(message: message, state: state, value: failure.json, doneAt: time.now)
            result.groupID = group
            try await complete(
                body, of: group, at: message.headers.groupIndex ?? 0, with: result, publication: publication,
                adding: &followUp)
        }
        return followUp
    }

    /// After a task that wants to be ignored: its chain ends, but a chord that waits for it fails instead of waiting for
    /// ever.
    func ignored(_ message: TaskMessage, isRepeated: Bool) async throws -> FollowUp {
        var followUp = FollowUp()
        let publication = publication(after: message, isRepeated: isRepeated)
        if let body = message.embed.chord, let group = message.headers.group {
            let result = TaskResult(
                message: message, state: .failure, value: TaskFailure.ignored(message.task).json, doneAt: time.now)
            try await complete(
                body, of: group, at: message.headers.groupIndex ?? 0, with: result, publication: publication,
                adding: &followUp)
        }
        // The chain is in reverse order: its end, which reports to the chord, is the first.
        for call in message.embed.chain.first?.lastCalls ?? [] {
            try await failChord(
                of: call, .ignored(message.task), .failure, publication: publication, adding: &followUp)
        }
        return followUp
    }

    /// After a task that something else takes the place of: its messages, and what was to follow the task follows it.
    ///
    /// The parent is the task's own: what ends it has the id of the task, which cannot be its own parent.
    func replacement(of message: TaskMessage, by canvas: Canvas, isRepeated: Bool) throws(TaskError) -> FollowUp {
        var publication = publication(after: message, isRepeated: isRepeated || message.headers.mayBeRepeated)
        publication.parentID = message.headers.parentID
        return FollowUp(messages: try publication.messages(replacing: message, by: canvas))
    }

    /// Gives callbacks that Celery has sent without ids some that are the same in each delivery.
    private func identified(_ canvases: [Canvas], after message: TaskMessage, as kind: String) -> [Canvas] {
        var count = 0
        return canvases.map { canvas in
            canvas.frozen {
                count += 1
                return "\(message.id)-\(kind)-\(count)"
            }
        }
    }

    private func publication(after message: TaskMessage, isRepeated: Bool) -> CanvasPublication {
        CanvasPublication(
            now: time.now, rootID: message.headers.rootID ?? message.id, parentID: message.id,
            requestID: message.headers.requestID, origin: TaskClient.origin, isRepeated: isRepeated,
            defaultQueue: defaultQueue, argumentsTextLimit: argumentsTextLimit, content: content)
    }

    private func complete(
        _ body: Canvas, of group: String, at index: Int, with result: TaskResult, publication: CanvasPublication,
        adding followUp: inout FollowUp
    ) async throws {
        guard let size = body.options.chordSize, size > 0 else {
            throw TaskError(
                .malformedMessage,
                "the chord \(group) does not say how many members it has (chord_size); its sender must say so")
        }
        let member = ChordMember(chord: group, size: size, index: index, result: result)
        guard case .complete(let members) = try await results.completeChordMember(member) else { return }
        if let failed = members.first(where: { $0.state != .success }) {
            let failure = TaskFailure.chord(member: failed.taskID, TaskFailure(json: failed.value))
            try await fail(body, failure, .failure, publication: publication, adding: &followUp)
        } else {
            followUp.messages += try publication.messages(for: body, prepending: [.array(members.map(\.value))])
        }
    }

    /// Fails all tasks of a canvas that will never run, and what waits for them.
    private func fail(
        _ canvas: Canvas, _ failure: TaskFailure, _ state: TaskState, publication: CanvasPublication,
        adding followUp: inout FollowUp
    ) async throws {
        followUp.results += canvas.taskIDs.map { id in
            TaskResult(taskID: id, state: state, value: failure.json, doneAt: time.now)
        }
        for call in canvas.calls {
            guard let id = call.options.taskID else { continue }
            for errback in call.options.linkError {
                followUp.messages += try publication.messages(for: errback, prepending: [.string(id)])
            }
        }
        for call in canvas.lastCalls {
            try await failChord(of: call, failure, state, publication: publication, adding: &followUp)
        }
    }

    /// Notes at the chord a call is a member of, if it is, that it has failed.
    private func failChord(
        of call: TaskCall, _ failure: TaskFailure, _ state: TaskState, publication: CanvasPublication,
        adding followUp: inout FollowUp
    ) async throws {
        guard let body = call.options.chord.first, let group = call.options.groupID, let id = call.options.taskID
        else { return }
        let result = TaskResult(taskID: id, state: state, value: failure.json, doneAt: time.now)
        try await complete(
            body, of: group, at: call.options.groupIndex ?? 0, with: result, publication: publication,
            adding: &followUp)
    }
}
