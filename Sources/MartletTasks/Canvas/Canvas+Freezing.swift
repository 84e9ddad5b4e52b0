extension Canvas {
    /// The canvas ready to be sent: groups before steps made chords, nested chains spliced, each element with an id.
    ///
    /// Ids that are set already are kept, so freezing twice changes nothing.
    func frozen(makeID: () -> String) -> Canvas {
        var canvas = normalized()
        canvas.assignIDs(makeID)
        return canvas
    }

    /// The ids of all tasks that will store a result, in the order they run.
    var taskIDs: [String] {
        switch self {
        case .task(let call): [call.options.taskID].compactMap(\.self)
        case .chain(let steps, _): steps.flatMap(\.taskIDs)
        case .group(let members, _): members.flatMap(\.taskIDs)
        case .chord(let header, let body, _): header.flatMap(\.taskIDs) + body.taskIDs
        }
    }

    /// All calls in it, in the order they run.
    var calls: [TaskCall] {
        switch self {
        case .task(let call): [call]
        case .chain(let steps, _): steps.flatMap(\.calls)
        case .group(let members, _): members.flatMap(\.calls)
        case .chord(let header, let body, _): header.flatMap(\.calls) + body.calls
        }
    }

    /// The tasks that end this canvas and, for members of chords, report to the body.
    var lastCalls: [TaskCall] {
        switch self {
        case .task(let call): [call]
        case .chain(let steps, _): steps.last?.lastCalls ?? []
        case .group(let members, _): members.flatMap(\.lastCalls)
        case .chord(_, let body, _): body.lastCalls
        }
    }

    /// Makes it a member of a group or chord; of a chain that is its last step, of a chord its body.
    mutating func join(group: String, at index: Int, chord body: Canvas? = nil) {
        switch self {
        case .task(var call):
            call.options.groupID = group
            call.options.groupIndex = index
            if let body { call.options.chord = [body] }
            self = .task(call)
        case .chain(var steps, let options):
            guard !steps.isEmpty else { return }
            steps[steps.count - 1].join(group: group, at: index, chord: body)
            self = .chain(steps, options)
        case .chord(let header, var inner, let options):
            inner.join(group: group, at: index, chord: body)
            self = .chord(header: header, body: inner, options)
        case .group(let members, var options):
            options.groupID = group
            options.groupIndex = index
            self = .group(members, options)
        }
    }
}

// MARK: - Normal form

extension Canvas {
    func normalized() -> Canvas {
        switch self {
        case .task(var call):
            call.options.link = call.options.link.map { $0.normalized() }
            call.options.linkError = call.options.linkError.map { $0.normalized() }
            return .task(call)
        case .group(let members, let options): return .group(members.map { $0.normalized() }, options)
        case .chord(let header, let body, let options):
            return .chord(header: header.map { $0.normalized().single }, body: body.normalized(), options)
        case .chain(let steps, let options): return Self.chain(of: Self.spliced(steps), options)
        }
    }

    private static func spliced(_ steps: [Canvas]) -> [Canvas] {
        steps.flatMap { step -> [Canvas] in
            if case .chain(let inner, _) = step { return spliced(inner) }
            return [step.normalized()]
        }
    }

    private static func chain(of steps: [Canvas], _ options: CallOptions) -> Canvas {
        var result: [Canvas] = []
        for step in steps {
            if case .group(let members, let group) = result.last {
                result[result.count - 1] = .chord(header: members.map(\.single), body: step, group)
            } else {
                result.append(step)
            }
        }
        if result.count == 1 { return result[0] }
        return .chain(result, options)
    }

    /// The same work ending in exactly one task, as a member of a chord must: a group's results are collected by the
    /// task `celery.accumulate`, which every Celery worker has.
    var single: Canvas {
        switch self {
        case .task: return self
        case .chain(var steps, let options):
            if let last = steps.popLast() { steps.append(last.single) }
            return .chain(steps, options)
        case .group(let members, let options):
            let collect = TaskCall(task: "celery.accumulate", keywords: ["index": 0])
            return .chord(header: members.map(\.single), body: .task(collect), options)
        case .chord(let header, let body, let options): return .chord(header: header, body: body.single, options)
        }
    }
}

// MARK: - Ids

extension Canvas {
    /// The canvas in its normal form with an id for the task whose result it is; of a group, for the group.
    func identified(by id: String) -> Canvas {
        var canvas = normalized()
        canvas.setID(id)
        return canvas
    }

    private mutating func setID(_ id: String) {
        switch self {
        case .task, .group: options.taskID = id
        case .chain(var steps, let options):
            guard !steps.isEmpty else { return }
            steps[steps.count - 1].setID(id)
            self = .chain(steps, options)
        case .chord(let header, var body, let options):
            body.setID(id)
            self = .chord(header: header, body: body, options)
        }
    }

    mutating func assignIDs(_ makeID: () -> String) {
        switch self {
        case .task(var call):
            if call.options.taskID == nil { call.options.taskID = makeID() }
            for index in call.options.link.indices { call.options.link[index].assignIDs(makeID) }
            for index in call.options.linkError.indices { call.options.linkError[index].assignIDs(makeID) }
            self = .task(call)
        case .chain(var steps, var options):
            if let id = options.taskID, !steps.isEmpty, steps[steps.count - 1].options.taskID == nil {
                steps[steps.count - 1].options.taskID = id
            }
            for index in steps.indices { steps[index].assignIDs(makeID) }
            options.taskID = steps.last?.options.taskID
            self = .chain(steps, options)
        case .group(var members, var options):
            let group = options.taskID ?? makeID()
            options.taskID = group
            for index in members.indices {
                members[index].assignIDs(makeID)
                members[index].join(group: group, at: index)
            }
            self = .group(members, options)
        case .chord(var header, var body, var options):
            let group = options.taskID ?? makeID()
            options.taskID = group
            body.assignIDs(makeID)
            for index in header.indices {
                header[index].assignIDs(makeID)
                header[index].join(group: group, at: index)
            }
            self = .chord(header: header, body: body, options)
        }
    }
}
