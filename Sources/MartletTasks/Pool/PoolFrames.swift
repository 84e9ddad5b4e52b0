import Foundation

/// What a worker tells a process of its pool.
enum PoolRequest: Sendable, Hashable {
    /// Run this; the number is that of the job.
    case run(Int, ReceivedMessage)
    /// Cancel the run of the job.
    case cancel(Int)

    var json: JSONValue {
        switch self {
        case .run(let job, let received): ["run": .integer(job), "received": received.json]
        case .cancel(let job): ["cancel": .integer(job)]
        }
    }

    init(json: JSONValue) throws(TaskError) {
        var fields = try FieldReader(json, of: "request to a process of the pool")
        if let job = try fields.integer("cancel") {
            self = .cancel(job)
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
    /// The job is done; `memory` is what the process holds, in bytes.
    case ended(Int, Result<JSONValue, any Error>, memory: Int)

    /// What a child says of a job that has ended.
    static func json(ended job: Int, _ result: Result<JSONValue, any Error>, memory: Int) -> JSONValue {
        switch result {
        case .success(let value): ["ended": .integer(job), "memory": .integer(memory), "value": value]
        case .failure(let error):
            ["ended": .integer(job), "memory": .integer(memory), "error": PoolError.json(of: error)]
        }
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
            if let error = fields.value("error") {
                self = .ended(job, .failure(try PoolError.error(from: error)), memory: memory)
            } else {
                self = .ended(job, .success(json["value"] ?? .null), memory: memory)
            }
        } else {
            throw TaskError(.malformedMessage, "a process of the pool said something unknown (\(json.excerpt))")
        }
    }
}

extension ReceivedMessage {
    /// The message as it goes to a process of the pool; its parts are JSON texts already.
    fileprivate var json: JSONValue {
        var object: [String: JSONValue] = [
            "id": .string(message.id), "queue": .string(message.queue), "priority": .integer(message.priority),
            "headers": .string(String(decoding: message.headers, as: UTF8.self)),
            "properties": .string(String(decoding: message.properties, as: UTF8.self)),
            "body": .string(String(decoding: message.body, as: UTF8.self)),
            "attempt": .integer(attempt), "token": .string(receipt.token),
        ]
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
            eta: try fields.number("eta").map(Date.init(timeIntervalSince1970:)),
            expires: try fields.number("expires").map(Date.init(timeIntervalSince1970:)),
            headers: Array(try fields.requiredString("headers").utf8),
            properties: Array(try fields.requiredString("properties").utf8),
            body: Array(try fields.requiredString("body").utf8))
        self.init(
            message: message, attempt: try fields.integer("attempt") ?? 1,
            receipt: Receipt(id: id, token: try fields.string("token") ?? ""), checkpoint: json["checkpoint"])
    }
}
