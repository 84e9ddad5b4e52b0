/// The name of a serializer, as calls, tasks, options and Celery's signatures have it: `json`, `msgpack`.
public struct SerializerName: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible
{
    /// The name.
    public let rawValue: String

    /// Makes a name; one that nobody has registered is refused when it is used.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Makes a name of its text.
    public init(stringLiteral value: String) { rawValue = value }

    /// The name.
    public var description: String { rawValue }

    /// JSON, what messages are unless something else is said: `application/json`.
    public static let json: SerializerName = "json"
    /// MessagePack, smaller and made for bytes: `application/x-msgpack`.
    public static let msgpack: SerializerName = "msgpack"
    /// YAML, of the product MartletYAML: `application/x-yaml`.
    public static let yaml: SerializerName = "yaml"
    /// Messages signed by their sender, as Celery signs them: `application/data`.
    public static let auth: SerializerName = "auth"
}
