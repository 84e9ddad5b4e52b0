extension Canvas {
    /// Changes the options of every task in it.
    mutating func changeCalls(_ change: (inout CallOptions) -> Void) {
        switch self {
        case .task(var call):
            change(&call.options)
            self = .task(call)
        case .chain(var steps, let options):
            for index in steps.indices { steps[index].changeCalls(change) }
            self = .chain(steps, options)
        case .group(var members, let options):
            for index in members.indices { members[index].changeCalls(change) }
            self = .group(members, options)
        case .chord(var header, var body, let options):
            for index in header.indices { header[index].changeCalls(change) }
            body.changeCalls(change)
            self = .chord(header: header, body: body, options)
        }
    }

    /// Changes the options of every task in it, and of those linked to them, to any depth.
    mutating func changeAllCalls(_ change: (inout CallOptions) -> Void) {
        changeCalls { options in
            change(&options)
            for index in options.link.indices { options.link[index].changeAllCalls(change) }
            for index in options.linkError.indices { options.linkError[index].changeAllCalls(change) }
        }
    }

    /// Changes the options of the task or tasks that end it.
    mutating func changeLastCalls(_ change: (inout CallOptions) -> Void) {
        switch self {
        case .task, .group: changeCalls(change)
        case .chain(var steps, let options):
            if !steps.isEmpty { steps[steps.count - 1].changeLastCalls(change) }
            self = .chain(steps, options)
        case .chord(let header, var body, let options):
            body.changeLastCalls(change)
            self = .chord(header: header, body: body, options)
        }
    }

    /// Changes the options of the tasks that start it.
    mutating func changeFirstCalls(_ change: (inout CallOptions) -> Void) {
        switch self {
        case .task, .group: changeCalls(change)
        case .chain(var steps, let options):
            if !steps.isEmpty { steps[0].changeFirstCalls(change) }
            self = .chain(steps, options)
        case .chord(var header, var body, let options):
            if header.isEmpty { body.changeFirstCalls(change) }
            for index in header.indices { header[index].changeFirstCalls(change) }
            self = .chord(header: header, body: body, options)
        }
    }
}
