public import Foundation

/// What a result backend stores about a task: its state and its result, error or progress.
public struct TaskResult: Sendable, Hashable {
    /// The id of the task.
    public var taskID: String
    /// The state.
    public var state: TaskState
    /// The result, the error as ``TaskFailure/json``, or the meta of a state of the task's own.
    public var value: JSONValue
    /// Where the error was raised.
    public var traceback: String?
    /// When the state became final.
    public var doneAt: Date?
    /// The group the task belongs to.
    public var groupID: String?
    /// The task that sent it.
    public var parentID: String?
    /// The name of the task.
    public var name: String?
    /// How often it was retried.
    public var retries: Int?
    /// The arguments, in extended results.
    public var arguments: [JSONValue]?
    /// The keyword arguments, in extended results.
    public var keywords: [String: JSONValue]?
    /// The worker that ran it, in extended results.
    public var worker: String?
    /// The queue it came from, in extended results.
    public var queue: String?
    /// The ids of the tasks that it has sent, or that followed it.
    public var children: [String] = []
    /// When the backend may forget it; `nil` leaves it to the backend, whose default is Celery's, one day.
    ///
    /// Not a part of ``json``.
    public var expires: Date?

    /// Makes a result.
    public init(taskID: String, state: TaskState, value: JSONValue = .null, doneAt: Date? = nil) {
        self.taskID = taskID
        self.state = state
        self.value = value
        self.doneAt = doneAt
    }

    init(message: TaskMessage, state: TaskState, value: JSONValue, doneAt: Date? = nil) {
        self.init(taskID: message.id, state: state, value: value, doneAt: doneAt)
        groupID = message.headers.group
        parentID = message.headers.parentID
        name = message.task
        retries = message.headers.retries
    }

    /// The error, in the states that have one.
    public var failure: TaskFailure? {
        [.failure, .revoked, .rejected, .retry].contains(state) ? TaskFailure(json: value) : nil
    }

    /// The result in the shape Celery's backends store.
    public var json: JSONValue {
        var object: [String: JSONValue] = [
            "status": .string(state.rawValue), "result": value, "traceback": JSONValue(traceback),
            "children": .array(children.map(ResultTuple.json(of:))),
            "date_done": JSONValue(doneAt.map(ISODate.text(of:))), "task_id": .string(taskID),
        ]
        object["group_id"] = groupID.map(JSONValue.string)
        object["parent_id"] = parentID.map(JSONValue.string)
        object["name"] = name.map(JSONValue.string)
        object["retries"] = retries.map(JSONValue.integer)
        object["args"] = arguments.map(JSONValue.array)
        object["kwargs"] = keywords.map(JSONValue.object)
        object["worker"] = worker.map(JSONValue.string)
        object["queue"] = queue.map(JSONValue.string)
        return .object(object)
    }

    /// Reads a result as Celery's backends store it.
    ///
    /// - Throws: ``TaskError`` with code `malformedMessage`, naming the field.
    public init(json: JSONValue) throws(TaskError) {
        var fields = try FieldReader(json, of: "result")
        let state = try fields.requiredString("status")
        self.init(taskID: try fields.requiredString("task_id"), state: TaskState(rawValue: state))
        value = fields.value("result") ?? .null
        traceback = try fields.string("traceback")
        doneAt = try fields.date("date_done")
        groupID = try fields.string("group_id")
        parentID = try fields.string("parent_id")
        name = try fields.string("name")
        retries = try fields.integer("retries")
        // Celery writes the arguments as they are, or as text when they were none of JSON.
        arguments = fields.value("args")?.arrayValue
        keywords = fields.value("kwargs")?.objectValue
        worker = try fields.string("worker")
        queue = try fields.string("queue")
        children = try fields.array("children")?.flatMap(ResultTuple.taskIDs(in:)) ?? []
    }
}
