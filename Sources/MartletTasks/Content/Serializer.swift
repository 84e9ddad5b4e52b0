/// A format of messages: how the body of a message, `[args, kwargs, embed]`, becomes bytes (kombu's serializer).
///
/// JSON and MessagePack are built in, YAML is in MartletYAML. One of your own is a type of this kind, registered with
/// ``ContentRegistry/register(_:)-(Serializer)`` under a name that calls then use:
///
/// ```swift
/// options.content.register(CBORSerializer())
/// try await tasks.enqueue(signature.set(serializer: "cbor"))
/// ```
public protocol Serializer: Sendable {
    /// What calls, tasks and options name it by; never changes.
    var name: SerializerName { get }

    /// What messages name it by, such as `application/x-msgpack`.
    var contentType: String { get }

    /// The character set of what it writes, `utf-8`, or `binary`.
    var contentEncoding: String { get }

    /// Writes a value; called for each message before anything is sent.
    ///
    /// Dates, UUIDs, decimals and bytes come as kombu's tagged objects (`{"__type__": "datetime", "__value__": …}`); a format
    /// that has something better for them may use it.
    ///
    /// - Throws: Anything, best a ``TaskError`` with code `encodingFailed`; then nothing is sent.
    func encode(_ value: JSONValue) throws -> [UInt8]

    /// Reads a value from bytes that may come from anybody: it returns or throws, and never traps.
    ///
    /// - Parameters:
    ///   - bytes: What ``encode(_:)`` wrote, here or elsewhere, or anything else.
    ///   - limits: How large and how deep the value may be.
    /// - Throws: Anything, best a ``TaskError`` with code `malformedMessage` that says where; then the message becomes a
    ///   dead letter.
    func decode(_ bytes: [UInt8], within limits: JSONParser.Limits) throws -> JSONValue
}
