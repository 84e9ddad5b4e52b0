/// Messages as MessagePack: smaller than JSON, and bytes in it are bytes.
///
/// It reads and writes what kombu does (`use_bin_type=True`, `raw=False`). `Data` travels as `bin`, which Python gets as
/// `bytes`; in JSON it would be text a third longer. Dates, UUIDs and decimals are tagged objects as in JSON
/// (`{"__type__": "datetime", "__value__": …}`), since MessagePack has no types for them that Python's reader makes values
/// of; a Python task gets them as such a dictionary.
public struct MessagePackSerializer: Serializer {
    /// Makes a serializer.
    public init() {}

    /// `msgpack`.
    public var name: SerializerName { .msgpack }
    /// `application/x-msgpack`.
    public var contentType: String { "application/x-msgpack" }
    /// `binary`.
    public var contentEncoding: String { "binary" }

    /// Writes a value in the shortest form; keys of maps are sorted, so equal values give equal bytes.
    ///
    /// - Throws: ``TaskError`` with code `encodingFailed` when a text, list or map has more than 4294967295 bytes or
    ///   elements.
    public func encode(_ value: JSONValue) throws -> [UInt8] {
        var writer = MessagePackWriter()
        try writer.write(value)
        return writer.bytes
    }

    /// Reads a value that is all of the bytes.
    ///
    /// An integer over `Int.max` becomes a double, as in JSON.
    ///
    /// - Throws: ``TaskError`` with code `malformedMessage`, naming the byte offset, or `messageTooLarge`.
    public func decode(_ bytes: [UInt8], within limits: JSONParser.Limits) throws -> JSONValue {
        try MessagePackReader.value(of: bytes, within: limits)
    }
}
