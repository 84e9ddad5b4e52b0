import Foundation
import MartletTasks

/// Makes a value of the events of a YAML text.
struct YAMLReader {
    /// What an anchor stands for, and how large that is.
    private struct Anchored {
        var value: JSONValue
        var size: Int
    }

    private let parser: YAMLParser
    private let limits: JSONParser.Limits
    private var anchors: [String: Anchored] = [:]
    private var depth = 0
    /// How large the value is so far, with what aliases stand for.
    private var size = 0

    static func value(of bytes: [UInt8], within limits: JSONParser.Limits) throws(TaskError) -> JSONValue {
        guard bytes.count <= limits.bytes else {
            throw TaskError(
                .messageTooLarge,
                "YAML of \(bytes.count) bytes is over the limit of \(limits.bytes); send a reference instead")
        }
        var reader = YAMLReader(parser: try YAMLParser(bytes), limits: limits)
        return try reader.document()
    }

    private init(parser: YAMLParser, limits: JSONParser.Limits) {
        self.parser = parser
        self.limits = limits
    }

    private mutating func document() throws(TaskError) -> JSONValue {
        let first = try parser.next()
        guard first.kind != .end else { throw first.failure("there is no document") }
        let value = try value(of: first)
        let last = try parser.next()
        guard last.kind == .end else { throw last.failure("there is a second document, and a message has one") }
        return value
    }

    private mutating func value(of event: YAMLEvent) throws(TaskError) -> JSONValue {
        switch event.kind {
        case .scalar(let scalar):
            let size = scalar.text.utf8.count + 1
            try grow(by: size, event)
            let value = try scalar.value(event)
            note(value, size, event)
            return value
        case .sequence, .mapping:
            guard depth < limits.depth else { throw event.failure("nested deeper than \(limits.depth) levels") }
            try event.requirePlainTag()
            depth += 1
            defer { depth -= 1 }
            let start = size
            try grow(by: 1, event)
            let value = try event.kind == .sequence ? sequence() : mapping(event)
            note(value, size - start, event)
            return value
        case .alias(let name):
            guard let anchored = anchors[name] else {
                throw event.failure("the alias '*\(name)' stands for nothing, or for what it is in")
            }
            try grow(by: anchored.size, event)
            return anchored.value
        case .sequenceEnd, .mappingEnd, .end: throw event.failure("an end without a beginning")
        }
    }

    private mutating func note(_ value: JSONValue, _ size: Int, _ event: YAMLEvent) {
        if let anchor = event.anchor { anchors[anchor] = Anchored(value: value, size: size) }
    }

    private mutating func grow(by count: Int, _ event: YAMLEvent) throws(TaskError) {
        size += count
        guard size <= limits.bytes else {
            throw TaskError(
                .messageTooLarge,
                """
                YAML: with its aliases the value is over the limit of \(limits.bytes) bytes, at line \(event.line); send a \
                reference instead
                """)
        }
    }

    private mutating func sequence() throws(TaskError) -> JSONValue {
        var elements: [JSONValue] = []
        while true {
            let event = try parser.next()
            if event.kind == .sequenceEnd { return .array(elements) }
            elements.append(try value(of: event))
        }
    }

    private mutating func mapping(_ start: YAMLEvent) throws(TaskError) -> JSONValue {
        var members: [String: JSONValue] = [:]
        while true {
            let event = try parser.next()
            if event.kind == .mappingEnd { return .object(members) }
            guard case .scalar(let scalar) = event.kind else {
                throw event.failure("a key that is \(event.kind.word); keys must be text")
            }
            if scalar.isMerge { throw event.failure("the merge key '<<', which no message of a task has") }
            let key = try value(of: event)
            guard case .string(let name) = key else {
                throw event.failure(
                    "a key that is \(key.kind) (\(scalar.text.prefix(60))); keys must be text, in quotes if need be")
            }
            guard members.updateValue(try value(of: parser.next()), forKey: name) == nil else {
                throw event.failure("the key '\(name.prefix(60))' is there twice")
            }
        }
    }
}
