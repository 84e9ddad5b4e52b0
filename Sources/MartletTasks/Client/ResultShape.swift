/// Which tasks make up a result, and how their values are put together.
indirect enum ResultShape: Sendable, Hashable {
    /// The value of one task.
    case task(String)
    /// A list of values.
    case group(String, [ResultShape])

    init(_ canvas: Canvas) {
        switch canvas {
        case .task(let call): self = .task(call.options.taskID ?? "")
        case .chain(let steps, let options): self = steps.last.map(ResultShape.init) ?? .task(options.taskID ?? "")
        case .group(let members, let options): self = .group(options.taskID ?? "", members.map(ResultShape.init))
        case .chord(_, let body, _): self = ResultShape(body)
        }
    }

    /// The id of the task or group.
    var id: String {
        switch self {
        case .task(let id), .group(let id, _): id
        }
    }

    /// The ids of all tasks it needs.
    var taskIDs: [String] {
        switch self {
        case .task(let id): [id]
        case .group(_, let members): members.flatMap(\.taskIDs)
        }
    }

    /// The same with another task in the place of each that was not sent because that one holds its lock.
    func held(by holders: [String: String]) -> ResultShape {
        switch self {
        case .task(let id): .task(holders[id] ?? id)
        case .group(let id, let members): .group(id, members.map { $0.held(by: holders) })
        }
    }

    /// The value put together from the values of the tasks.
    func value(_ values: [String: JSONValue]) -> JSONValue {
        switch self {
        case .task(let id): values[id] ?? .null
        case .group(_, let members): .array(members.map { $0.value(values) })
        }
    }
}
