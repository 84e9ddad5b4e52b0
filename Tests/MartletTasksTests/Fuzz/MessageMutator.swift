import MartletTasks
import MartletTesting

/// Breaks messages in the ways that broken senders, other versions and attackers do; the same seed breaks them the same.
struct MessageMutator {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    /// A message with one to three things wrong with it.
    mutating func mutate(_ message: WireMessage) -> WireMessage {
        var message = message
        for _ in 0..<Int.random(in: 1...3, using: &generator) {
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<4: message.headers = mutate(message.headers)
            case 4: message.properties = mutate(message.properties)
            default: message.body = mutate(message.body)
            }
        }
        return message
    }

    /// JSON text with something wrong with it: its bytes, or a value in it.
    mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
        guard Int.random(in: 0..<3, using: &generator) > 0, let json = try? JSONParser.parse(bytes) else {
            return mutateBytes(bytes)
        }
        return JSONWriter.bytes(of: mutate(json))
    }

    /// A value in which one place is replaced, removed, added or doubled.
    mutating func mutate(_ json: JSONValue) -> JSONValue {
        switch json {
        case .object(var members) where !members.isEmpty:
            let names = members.keys.sorted()
            let name = pick(names)
            switch Int.random(in: 0..<10, using: &generator) {
            case 0: members[name] = nil
            case 1: members[pick(Self.fields)] = hostile()
            case 2: members[pick(Self.fields)] = members[name]
            case 3, 4: members[name] = hostile()
            default: members[name] = mutate(members[name] ?? .null)
            }
            return .object(members)
        case .array(var elements) where !elements.isEmpty:
            let index = Int.random(in: elements.indices, using: &generator)
            switch Int.random(in: 0..<8, using: &generator) {
            case 0: elements.remove(at: index)
            case 1: elements.insert(elements[index], at: index)
            case 2: elements.append(hostile())
            default: elements[index] = mutate(elements[index])
            }
            return .array(elements)
        default: return hostile()
        }
    }

    /// Bytes with something wrong with them.
    mutating func mutateBytes(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let index = bytes.isEmpty ? 0 : Int.random(in: 0...bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: index)
            case 1 where index < bytes.count: bytes[index] ^= 1 << UInt8.random(in: 0...7, using: &generator)
            case 2 where index < bytes.count: bytes.remove(at: index)
            case 3 where Int.random(in: 0..<8, using: &generator) == 0: bytes.removeSubrange(index...)
            default: bytes.insert(contentsOf: pick(Self.fragments).utf8, at: index)
            }
        }
        return bytes
    }

    private mutating func hostile() -> JSONValue {
        switch Int.random(in: 0..<12, using: &generator) {
        case 0: Self.nested(Int.random(in: 1...300, using: &generator))
        case 1: .string(String(repeating: "é", count: Int.random(in: 0...10_000, using: &generator)))
        case 2: .integer(Int(truncatingIfNeeded: generator.next()))
        case 3: .double(Double(bitPattern: generator.next()))
        default: pick(Self.values)
        }
    }

    private mutating func pick<Element>(_ list: [Element]) -> Element {
        list[Int.random(in: list.indices, using: &generator)]
    }

    static func nested(_ depth: Int) -> JSONValue { (0..<depth).reduce([]) { value, _ in [value] } }

    /// The names the decoders look for.
    private static let fields = [
        "task", "id", "eta", "expires", "retries", "timelimit", "group", "group_index", "root_id", "parent_id",
        "ignore_result", "stamps", "stamped_headers", "compression", "replaced_task_nesting", "content_type",
        "priority",
        "delivery_info", "callbacks", "errbacks", "chain", "chord", "options", "kwargs", "args", "subtask_type",
        "immutable", "chord_size", "task_id", "group_id", "countdown", "time_limit", "soft_time_limit", "link",
        "link_error", "tasks", "header", "body", "headers", "__type__", "__value__", "status", "result", "date_done",
        "x", "y", "number", "date", "uuid", "decimal", "data",
    ]

    /// Texts that break JSON, or what reads it.
    private static let fragments = [
        "\"", "\\", "\\u", "\\ud800", "\\udc00\\ud800", "\\u0000", "\u{0}", "{", "}", "[", "]", ",", ":", "NaN",
        "-Infinity", "1e999", "-1e999", "0x1", "-", "--1", "00", "1.", ".5", "1e", "9223372036854775808",
        "123456789012345678901234567890", "\u{FEFF}", "\u{202E}", "/**/", "'", "null", "true", "nul",
        "\"task\":\"fuzz.echo\",\"task\":1,", String(repeating: "[", count: 400),
        String(repeating: "{\"a\":", count: 300),
    ]

    private static func call(_ options: JSONValue, _ more: [String: JSONValue] = [:]) -> JSONValue {
        let call: [String: JSONValue] = [
            "task": "fuzz.echo", "args": [1], "kwargs": [:], "options": options, "subtask_type": nil,
        ]
        return .object(call.merging(more) { $1 })
    }

    /// Values that are the wrong one nearly everywhere.
    private static let values: [JSONValue] = [
        nil, true, false, 0, -1, 1, 0.5, .integer(.max), .integer(.min), 1e300, -1e300, .double(.nan),
        .double(.infinity), .double(-.infinity), 4_294_967_296, 1e18, "", "\u{0}", "\u{FFFF}", "NaN", "1e999",
        "0000-00-00T00:00:00", "9999-12-31T23:59:60+23:59", "0001-01-01T00:00:00-23:59", "2026-02-31",
        "2026-11-23T17:52",
        "+10000-01-01", "../../etc/passwd", "fuzz.echo", "fuzz.fail", "celery.chain", [], [:], [nil, nil], [1e300, -1],
        ["__type__": "datetime", "__value__": 1e300], ["__type__": "datetime", "__value__": .double(.nan)],
        ["__type__": "uuid", "__value__": ["hex": "éééééééééééééééé"]],
        ["__type__": "decimal", "__value__": "1e9999999999"], ["__type__": "base64", "__value__": "@@@"],
        ["__type__": "bytes", "__value__": [:]], "éééééééééééééééé", call([:]), call(["task_id": "again"]),
        call(["task_id": "late", "countdown": 1e300]), call(["task_id": "never", "countdown": .double(.nan)]),
        call(["task_id": "old", "expires": -1e300, "eta": 1e300]), call(["task_id": "sized"], ["chord_size": -1]),
        call(["task_id": "sized"], ["chord_size": .integer(.max)]),
        call(["task_id": "linked", "link": [call([:])], "link_error": call(["link": []])]),
        call(["task_id": "own", "chain": [1, nil]]), call(["task_id": "chained"], ["subtask_type": "chain"]),
        call([:], ["subtask_type": "group", "kwargs": ["tasks": []]]),
        call([:], ["subtask_type": "chord", "kwargs": ["header": [], "body": call([:])]]),
        call(["task_id": "c"], ["subtask_type": "chord", "kwargs": ["header": [call([:])], "body": call([:])]]),
        call([:], ["subtask_type": "chord", "kwargs": ["header": [call([:])], "body": call([:])]]),
    ]
}
