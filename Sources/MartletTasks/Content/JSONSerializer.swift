/// Messages as JSON, the default of Celery and of this package.
///
/// A registry has it already. Messages in JSON do not even go through it: they are read and written at their places.
public struct JSONSerializer: Serializer {
    static let contentType = "application/json"
    static let contentEncoding = "utf-8"

    /// Makes a serializer.
    public init() {}

    /// `json`.
    public var name: SerializerName { .json }
    /// `application/json`.
    public var contentType: String { Self.contentType }
    /// `utf-8`.
    public var contentEncoding: String { Self.contentEncoding }

    /// Writes compact text with sorted keys.
    public func encode(_ value: JSONValue) throws -> [UInt8] { JSONWriter.bytes(of: value) }

    /// Reads text strictly.
    public func decode(_ bytes: [UInt8], within limits: JSONParser.Limits) throws -> JSONValue {
        try JSONParser.parse(bytes, limits: limits)
    }
}
