public import MartletTasks

/// Messages as YAML, as kombu reads and writes them (`yaml.safe_load`, `yaml.safe_dump`).
///
/// ```swift
/// var options = TaskClient.Options()
/// options.content.register(YAMLSerializer())
/// options.serializer = .yaml
/// ```
///
/// Dates and bytes are YAML's own timestamps and `!!binary`, so a Python task gets `datetime` and `bytes`; other tags than
/// YAML's plain types are refused. What aliases stand for counts as often as they stand there, so that a small text
/// cannot become a huge value.
public struct YAMLSerializer: Serializer {
    /// Makes a serializer.
    public init() {}

    /// `yaml`.
    public var name: SerializerName { .yaml }
    /// `application/x-yaml`.
    public var contentType: String { "application/x-yaml" }
    /// `utf-8`.
    public var contentEncoding: String { "utf-8" }

    /// Writes a value on one line, in the flow style that looks like JSON.
    public func encode(_ value: JSONValue) throws -> [UInt8] {
        var writer = YAMLWriter()
        writer.write(value)
        return writer.bytes
    }

    /// Reads a text that is one document.
    ///
    /// Scalars mean what they mean to Python (YAML 1.1: `yes` is true), but for numbers to the base 60, which are text.
    ///
    /// - Throws: `TaskError` with code `malformedMessage`, naming the line, or `messageTooLarge`.
    public func decode(_ bytes: [UInt8], within limits: JSONParser.Limits) throws -> JSONValue {
        try YAMLReader.value(of: bytes, within: limits)
    }
}
