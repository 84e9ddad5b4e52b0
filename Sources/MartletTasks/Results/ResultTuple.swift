/// A reference to a task's result as Celery writes it: `[[id, parent], children]`, `AsyncResult.as_tuple()`.
enum ResultTuple {
    /// The tuple of a task without its parent and its own children.
    static func json(of id: String) -> JSONValue { [[.string(id), .null], .null] }

    /// The ids of the tasks in a tuple; of a group those of its members, and none of what is no tuple.
    static func taskIDs(in json: JSONValue) -> [String] { (try? ResultReference(json: json).taskIDs) ?? [] }

    /// The id in a tuple, or `nil` if it is none.
    static func id(in json: JSONValue) -> String? {
        guard let head = json.arrayValue?.first else { return json.stringValue }
        return head.arrayValue?.first?.stringValue ?? head.stringValue
    }
}
