/// The name of a compressor, as calls, tasks, options and Celery's signatures have it: `zlib`, `zstd`.
public struct CompressionName: RawRepresentable, Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible
{
    /// The name.
    public let rawValue: String

    /// Makes a name; one that nobody has registered is refused when it is used.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Makes a name of its text.
    public init(stringLiteral value: String) { rawValue = value }

    /// The name.
    public var description: String { rawValue }

    /// Zlib, which kombu calls `gzip` too: `application/x-gzip`.
    public static let zlib: CompressionName = "zlib"
    /// Bzip2: `application/x-bz2`.
    public static let bzip2: CompressionName = "bzip2"
    /// LZMA in an .xz container: `application/x-lzma`.
    public static let lzma: CompressionName = "lzma"
    /// Brotli: `application/x-brotli`.
    public static let brotli: CompressionName = "brotli"
    /// Zstandard, the fastest of them: `application/zstd`.
    public static let zstd: CompressionName = "zstd"
}
