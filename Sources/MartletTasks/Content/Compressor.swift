/// A way to make the body of a message smaller (kombu's compression).
///
/// Those that kombu has are in MartletCompression. One of your own is a type of this kind, registered with
/// ``ContentRegistry/register(_:)-(Compressor)``.
public protocol Compressor: Sendable {
    /// What calls, tasks and options name it by; never changes.
    var name: CompressionName { get }

    /// Further names of the same, such as kombu's `gzip` for `zlib`.
    var aliases: [CompressionName] { get }

    /// What messages name it by in their header `compression`, such as `application/zstd`.
    var contentType: String { get }

    /// Makes bytes smaller; called for each message before anything is sent.
    ///
    /// - Throws: Anything, best a ``TaskError`` with code `encodingFailed`; then nothing is sent.
    func compress(_ bytes: [UInt8]) throws -> [UInt8]

    /// Gives back what was compressed, from bytes that may come from anybody: it returns or throws, and never traps.
    ///
    /// - Parameters:
    ///   - bytes: What ``compress(_:)`` wrote, here or elsewhere, or anything else.
    ///   - limit: How many bytes may come of it. A few kilobytes can stand for gigabytes, so it stops there and keeps no
    ///     more than that in memory.
    /// - Throws: Anything, best a ``TaskError`` with code `malformedMessage`, or `messageTooLarge` at the limit; then the
    ///   message becomes a dead letter.
    func decompress(_ bytes: [UInt8], limit: Int) throws -> [UInt8]
}

extension Compressor {
    /// No further names.
    public var aliases: [CompressionName] { [] }
}
