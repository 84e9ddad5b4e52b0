import Foundation
import MartletTasks
import Testing

/// Messages as Celery 5 has sent them, and messages nobody should send.
@Suite struct TaskMessageTests {
    static let headers = #"""
        {"lang": "py", "task": "proj.add", "id": "5d0c9b3c-9d5e-4b0e-8f43-1f2c7d4f8a11", "shadow": null,
        "eta": "2026-11-23T17:52:11.256395+00:00", "expires": null, "group": null, "group_index": null, "retries": 1,
        "timelimit": [30, 20.5], "root_id": "5d0c9b3c-9d5e-4b0e-8f43-1f2c7d4f8a11", "parent_id": null,
        "argsrepr": "(1, 1)", "kwargsrepr": "{}", "origin": "gen4242@host", "ignore_result": false,
        "replaced_task_nesting": 0, "stamped_headers": null, "stamps": {}, "x-tenant": "acme"}
        """#
    static let properties = #"""
        {"correlation_id": "5d0c9b3c-9d5e-4b0e-8f43-1f2c7d4f8a11", "reply_to": "9f0d", "delivery_mode": 2,
        "delivery_info": {"exchange": "", "routing_key": "celery"}, "priority": 0, "body_encoding": "base64",
        "content_type": "application/json", "content_encoding": "utf-8", "delivery_tag": "tag"}
        """#
    /// `chain(add(1,1), group(add(2),add(3)), xsum)` on the wire.
    static let body = #"""
        [[1, 1], {}, {"callbacks": null, "errbacks": null, "chain": [{"task": "celery.chord", "args": [], "kwargs":
        {"kwargs": {}, "header": {"task": "celery.group", "args": [], "kwargs": {"tasks": [{"task": "proj.add", "args":
        [2], "kwargs": {}, "options": {"task_id": "t2", "group_index": 0}, "subtask_type": null, "immutable": false},
        {"task": "proj.add", "args": [3], "kwargs": {}, "options": {"task_id": "t3", "group_index": 1},
        "subtask_type": null, "immutable": false}]}, "options": {"task_id": "G1"}, "subtask_type": "group",
        "immutable": false}, "body": {"task": "proj.xsum", "args": [], "kwargs": {}, "options": {"task_id": "b1",
        "reply_to": "9f0d"}, "subtask_type": null, "immutable": false}}, "options": {"task_id": "G1"},
        "subtask_type": "chord", "immutable": false}], "chord": null}]
        """#

    static func wire(
        headers: String = headers, properties: String = properties, body: String = body
    ) -> WireMessage {
        WireMessage(
            id: "wire", queue: "celery", headers: Array(headers.utf8), properties: Array(properties.utf8),
            body: Array(body.utf8))
    }

    @Test func messageOfCeleryIsRead() throws {
        let message = try TaskMessage(wire: Self.wire())
        #expect(message.task == "proj.add")
        #expect(message.arguments == [1, 1])
        #expect(message.headers.retries == 1)
        #expect(message.headers.timeLimit == .init(hard: 30, soft: 20.5))
        #expect(message.headers.custom == ["x-tenant": "acme"])
        #expect(message.properties.replyTo == "9f0d")
        let eta = try #require(message.headers.eta)
        #expect(abs(eta.timeIntervalSince1970 - 1_795_456_331.256395) < 0.000_01)
        guard case .chord(let header, let body, let options)? = message.embed.chain.last else { throw Missing() }
        #expect(header.map(\.options.taskID) == ["t2", "t3"])
        #expect(header.map(\.options.groupID) == ["G1", "G1"])
        #expect(body.options.replyTo == "9f0d")
        #expect(options.taskID == "G1")
    }

    @Test func messageSurvivesBothWays() throws {
        let message = try TaskMessage(wire: Self.wire())
        #expect(try TaskMessage(wire: message.wire) == message)
    }

    @Test func headersHaveTheNamesOfCelery() throws {
        let message = TaskMessage(task: "t", id: "1", arguments: [1])
        let json = try JSONParser.parse(message.wire.headers)
        #expect(
            Set(json.objectValue?.keys ?? [:].keys) == [
                "lang", "task", "id", "shadow", "eta", "expires", "group", "group_index", "retries", "timelimit",
                "root_id", "parent_id", "argsrepr", "kwargsrepr", "origin", "ignore_result", "replaced_task_nesting",
                "stamped_headers", "stamps",
            ])
        #expect(
            String(decoding: message.wire.body, as: UTF8.self)
                == #"[[1],{},{"callbacks":null,"chain":null,"chord":null,"errbacks":null}]"#)
    }

    @Test func bytesAreSortedWithOwnHeadersAndWithout() throws {
        var message = TaskMessage(task: "t", id: "1", arguments: [1])
        message.headers.eta = Date(timeIntervalSince1970: 7)
        message.headers.stampedHeaders = ["s"]
        message.headers.stamps = ["s": 1]
        message.properties.replyTo = "here"
        #expect(message.wire.headers == JSONWriter.bytes(of: message.headers.json))
        #expect(message.wire.properties == JSONWriter.bytes(of: message.properties.json))
        message.headers.custom = ["aaa": 1, "task": "not this one"]
        message.properties.custom = ["priority": 9, "zzz": 2]
        #expect(message.wire.headers == JSONWriter.bytes(of: message.headers.json))
        let read = try TaskMessage(wire: message.wire)
        #expect(read.task == "t")
        #expect(read.headers.custom == ["aaa": 1])
        #expect(read.properties.priority == 0)
        #expect(read.properties.custom == ["zzz": 2])
    }

    @Test func lastOfEqualNamesCounts() throws {
        let headers = #"{"id":"1","id":"2","task":"t","x":1,"x":2,"a":3}"#
        let message = try TaskMessage(wire: Self.wire(headers: headers, body: "[[],{}]"))
        #expect(message.id == "2")
        #expect(message.headers.custom == ["x": 2, "a": 3])
    }

    @Test func olderSendersMayLeaveOut() throws {
        let message = try TaskMessage(wire: Self.wire(headers: #"{"task":"t","id":"1"}"#, body: "[[],{}]"))
        #expect(message.headers.rootID == nil)
        #expect(message.embed == .init())
    }

    @Test(arguments: [
        ("[]", body, "headers: expected a JSON object"), (#"{"id":"1"}"#, body, "headers.task is missing"),
        (#"{"task":7,"id":"1"}"#, body, "headers.task"),
        (#"{"task":"t","id":"1","retries":"x"}"#, body, "headers.retries"),
        (#"{"task":"t","id":"1","eta":"soon"}"#, body, "headers.eta"),
        (#"{"task":"t","id":"1","timelimit":[1]}"#, body, "headers.timelimit"),
        (#"{"task":"t","id":"1","compression":"gzip"}"#, body, "headers.compression: there is no compressor 'gzip'"),
        (headers, "{}", "body: expected [args, kwargs, embed]"), (headers, "[1,{},{}]", "body[0] (args)"),
        (headers, "[[],[],{}]", "body[1] (kwargs)"), (headers, "[[],{},7]", "body[2]"),
        (headers, #"[[],{},{"chain":[{"args":[]}]}]"#, "body[2].chain[0].task"),
        (headers, #"[[],{},{"chain":[{"task":"t","options":{"priority":"high"}}]}]"#, "chain[0].options.priority"),
        (headers, #"[[],{},{"chord":{"task":"celery.chord","subtask_type":"chord","kwargs":{}}}]"#, "body[2].chord"),
        (headers, "[[", "body:"),
    ])
    func malformedMessageNamesTheField(_ headers: String, _ body: String, _ place: String) {
        #expect { try TaskMessage(wire: Self.wire(headers: headers, body: body)) } throws: {
            "\($0)".contains(place)
        }
    }

    @Test func contentThatIsNotJSONIsRefused() {
        #expect {
            try TaskMessage(wire: Self.wire(properties: #"{"content_type": "application/x-python-serialize"}"#))
        } throws: { "\($0)".contains("application/x-python-serialize") }
    }
}
