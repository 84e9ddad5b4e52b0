import Foundation

/// What a worker tells a process of its pool.
enum PoolRequest: Sendable, Hashable {
    /// Run this; the number is that of the job.
    case run(Int, ReceivedMessage)
    /// Cancel the run of the job.
    case cancel(Int)
    /// Let tasks know that the worker stops.
    case stop

    var json: JSONValue {
        switch self {
        case .run(let job, let received): ["run": .integer(job), "received": received.json]
        case .cancel(let job): ["cancel": .integer(job)]
        case .stop: ["stop": true]
        }
    }

    init(json: JSONValue) throws(TaskError) {
        var fields = try FieldReader(json, of: "request to a process of the pool")
        if let job = try fields.integer("cancel") {
            self = .cancel(job)
        } else if try fields.bool("stop") == true {
            self = .stop
        } else if let job = try fields.integer("run"), let received = fields.value("received") {
            self = .run(job, try ReceivedMessage(json: received))
        } else {
            throw TaskError(
                .malformedMessage, "a process of the pool was asked for something unknown (\(json.excerpt))")
        }
    }
}

/// What a process of a pool tells its worker.
enum PoolReply: Sendable {
    /// It waits for the first job.
    case ready
    /// It has begun to run the job.
    case started(Int)
    /// The job is done.
    case ended(Int, PoolResult)

    /// What a child says of a job that has ended.
    static func json(ended job: Int, _ result: PoolResult) -> JSONValue {
        var object: [String: JSONValue] = [
            "ended": .integer(job), "memory": .integer(result.memory),
            "children": .array(result.children.map(JSONValue.string)),
        ]
        object["trace"] = result.trace.map { .object($0.values.mapValues(JSONValue.string)) }
        switch result.result {
        case .success(let value): object["value"] = value
        case .failure(let error): object["error"] = PoolError.json(of: error)
        }
        return .object(object)
    }

    static let readyJSON: JSONValue = ["ready": true]

    static func json(started job: Int) -> JSONValue { ["started": .integer(job)] }

    init(json: JSONValue) throws(TaskError) {
        var fields = try FieldReader(json, of: "reply of a process of the pool")
        if try fields.bool("ready") == true {
            self = .ready
        } else if let job = try fields.integer("started") {
            self = .started(job)
        } else if let job = try fields.integer("ended") {
            let memory = try fields.integer("memory") ?? 0
            let children = try fields.array("children")?.compactMap(\.stringValue) ?? []
            let result: Result<JSONValue, any Error> =
                if let error = fields.value("error") {
                    .failure(try PoolError.error(from: error))
                } else {
                    .success(json["value"] ?? .null)
                }
            let trace = try fields.object("trace").map { TraceHeaders(values: $0.compactMapValues(\.stringValue)) }
            self = .ended(job, PoolResult(result: result, memory: memory, children: children, trace: trace))
        } else {
            throw TaskError(.malformedMessage, "a process of the pool said something unknown (\(json.excerpt))")
        }
    }
}

/// What comes of a job in a process of the pool.
struct PoolResult: Sendable {
    var result: Result<JSONValue, any Error>
    /// What the process holds, in bytes.
    var memory: Int
    /// The ids of the tasks that it has sent.
    var children: [String] = []
    /// The headers that carry the span it ran in.
    var trace: TraceHeaders?
}

extension ReceivedMessage {
    /// The message as it goes to a process of the pool; its parts are texts already, but for bodies of some formats.
    fileprivate var json: JSONValue {
        var object: [String: JSONValue] = [
            "id": .string(message.id), "queue": .string(message.queue), "priority": .integer(message.priority),
            "headers": .string(String(decoding: message.headers, as: UTF8.self)),
            "properties": .string(String(decoding: message.properties, as: UTF8.self)),
            "attempt": .integer(attempt), "token": .string(receipt.token),
        ]
        if let text = String(validating: message.body, as: UTF8.self) {
            object["body"] = .string(text)
        } else {
            object["bytes"] = .string(Data(message.body).base64EncodedString())
        }
        object["eta"] = message.eta.map { .double($0.timeIntervalSince1970) }
        object["expires"] = message.expires.map { .double($0.timeIntervalSince1970) }
        object["checkpoint"] = checkpoint
        return .object(object)
    }

    fileprivate init(json: JSONValue) throws(TaskError) {
        var fields = try FieldReader(json, of: "job")
        let id = try fields.requiredString("id")
        let message = WireMessage(
            id: id, queue: try fields.string("queue") ?? "", priority: try fields.integer("priority") ?? 0,
            eta: fields.value("eta")?.doubleValue.map(Date.init(timeIntervalSince1970:)),
            expires: fields.value("expires")?.doubleValue.map(Date.init(timeIntervalSince1970:)),
            headers: Array(try fields.requiredString("headers").utf8),
            properties: Array(try fields.requiredString("properties").utf8),
            body: try Self.body(&fields))
        self.init(
            message: message, attempt: try fields.integer("attempt") ?? 1,
            receipt: Receipt(id: id, token: try fields.string("token") ?? ""), checkpoint: json["checkpoint"])
    }

    private static func body(_ fields: inout FieldReader) throws(TaskError) -> [UInt8] {
        guard let text = try fields.string("bytes") else { return Array(try fields.requiredString("body").utf8) }
        return Data(base64Encoded: text).map(Array.init) ?? []
    }
}
