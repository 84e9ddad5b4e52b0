/// Turns `Encodable` values into ``JSONValue`` without a detour over text.
struct JSONValueEncoder: Encoder {
    /// What a container has been given so far; parents read their children's when they are read themselves.
    fileprivate final class Node {
        var value: JSONValue?
        var members: [(String, Node)]?
        var elements: [Node]?

        var result: JSONValue? {
            if let members {
                return .object(Dictionary(members.map { ($0, $1.result ?? .object([:])) }, uniquingKeysWith: { $1 }))
            }
            return elements.map { .array($0.map { $0.result ?? .object([:]) }) } ?? value
        }
    }

    fileprivate let node: Node
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    static func encode<Value: Encodable>(_ value: Value, path: [any CodingKey]) throws -> JSONValue {
        let node = Node()
        try node.set(value, path: path)
        return node.result ?? .object([:])
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if node.members == nil { node.members = [] }
        return KeyedEncodingContainer(KeyedContainer(node: node, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if node.elements == nil { node.elements = [] }
        return UnkeyedContainer(node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        SingleContainer(node: node, codingPath: codingPath)
    }
}

extension JSONValueEncoder.Node {
    func set<Value: Encodable>(_ value: Value, path: [any CodingKey]) throws {
        if let scalar = JSONValue.scalar(value) {
            self.value = scalar
        } else if let integer = value as? any BinaryInteger {
            guard let fitting = Int(exactly: integer) else {
                throw EncodingError.invalidValue(
                    value, .init(codingPath: path, debugDescription: "\(value) does not fit a 64-bit signed integer"))
            }
            self.value = .integer(fitting)
        } else if let float = value as? Float {
            self.value = .double(Double(float))
        } else {
            try value.encode(to: JSONValueEncoder(node: self, codingPath: path))
        }
    }

    func member(_ key: any CodingKey) -> JSONValueEncoder.Node {
        let node = JSONValueEncoder.Node()
        if members == nil { members = [] }
        members?.append((key.stringValue, node))
        return node
    }

    func element() -> JSONValueEncoder.Node {
        let node = JSONValueEncoder.Node()
        if elements == nil { elements = [] }
        elements?.append(node)
        return node
    }
}

private struct KeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: JSONValueEncoder.Node
    let codingPath: [any CodingKey]

    mutating func encodeNil(forKey key: Key) { node.member(key).value = .null }

    mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try node.member(key).set(value, path: codingPath + [key])
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        JSONValueEncoder(node: node.member(key), codingPath: codingPath + [key]).container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        JSONValueEncoder(node: node.member(key), codingPath: codingPath + [key]).unkeyedContainer()
    }

    mutating func superEncoder() -> any Encoder {
        JSONValueEncoder(node: node.member(PathKey("super")), codingPath: codingPath + [PathKey("super")])
    }

    mutating func superEncoder(forKey key: Key) -> any Encoder {
        JSONValueEncoder(node: node.member(key), codingPath: codingPath + [key])
    }
}

private struct UnkeyedContainer: UnkeyedEncodingContainer {
    let node: JSONValueEncoder.Node
    let codingPath: [any CodingKey]
    var count: Int { node.elements?.count ?? 0 }

    mutating func encodeNil() { node.element().value = .null }

    mutating func encode<Value: Encodable>(_ value: Value) throws {
        let path = codingPath + [PathKey(count)]
        try node.element().set(value, path: path)
    }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        nested().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { nested().unkeyedContainer() }
    mutating func superEncoder() -> any Encoder { nested() }

    private func nested() -> JSONValueEncoder {
        let path = codingPath + [PathKey(count)]
        return JSONValueEncoder(node: node.element(), codingPath: path)
    }
}

private struct SingleContainer: SingleValueEncodingContainer {
    let node: JSONValueEncoder.Node
    let codingPath: [any CodingKey]

    mutating func encodeNil() { node.value = .null }
    mutating func encode<Value: Encodable>(_ value: Value) throws { try node.set(value, path: codingPath) }
}

/// A step of a coding path made of a name or an index.
struct PathKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(_ name: String) {
        stringValue = name
        intValue = nil
    }

    init(_ index: Int) {
        stringValue = String(index)
        intValue = index
    }

    init?(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { self.init(intValue) }
}
