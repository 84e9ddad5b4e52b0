/// Where a result will be, as a value that can be stored, sent to another process and made a result of again.
///
/// On the wire it is Celery's `AsyncResult.as_tuple()`: `[[id, parent], children]`, of a group with those of its members
/// as children. ``TaskClient/result(at:as:)`` makes a result of it.
public struct ResultReference: Sendable, Hashable, Codable {
    let shape: ResultShape

    /// The id of the task or group.
    public var id: String { shape.id }
    /// The ids of all tasks whose results make up the value.
    public var taskIDs: [String] { shape.taskIDs }

    init(_ shape: ResultShape) { self.shape = shape }

    /// The tuple as JSON.
    public var json: JSONValue { Self.json(of: shape) }

    /// Reads a tuple; what it says of a parent is left out.
    ///
    /// - Throws: ``TaskError`` with code `malformedMessage`.
    public init(json: JSONValue) throws(TaskError) { shape = try Self.shape(of: json, depth: 0) }

    /// Reads a tuple.
    public init(from decoder: any Decoder) throws { try self.init(json: JSONValue(from: decoder)) }

    /// Writes the tuple.
    public func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }

    private static func json(of shape: ResultShape) -> JSONValue {
        switch shape {
        case .task(let id): ResultTuple.json(of: id)
        case .group(let id, let members): [[.string(id), .null], .array(members.map(json))]
        }
    }

    private static func shape(of json: JSONValue, depth: Int) throws(TaskError) -> ResultShape {
        guard depth < 64, let id = ResultTuple.id(in: json) else {
            throw TaskError(
                .malformedMessage, "expected [[id, parent], children] of a result, found \(json.kind) (\(json.excerpt))"
            )
        }
        guard let members = json[1]?.arrayValue else { return .task(id) }
        var shapes: [ResultShape] = []
        for member in members { shapes.append(try shape(of: member, depth: depth + 1)) }
        return .group(id, shapes)
    }
}

extension AsyncResult {
    /// Where the result is, to be stored or sent elsewhere (Celery's `as_tuple`).
    public var reference: ResultReference { ResultReference(shape) }
}

extension TaskClient {
    /// The result at a reference; of a group its value is the list of its members' values.
    public func result<Output: Decodable & Sendable>(
        at reference: ResultReference, as type: Output.Type = Output.self
    ) -> AsyncResult<Output> {
        AsyncResult(shape: reference.shape, client: self) { try $0.decode(Output.self) }
    }
}
