public import MartletTasks

extension ContentRegistry {
    /// Adds zlib, bzip2, lzma, brotli and zstd, each at its default level: all that kombu has.
    ///
    /// ```swift
    /// var options = TaskClient.Options()
    /// options.content.registerCompressors()
    /// options.compression = .zstd
    /// ```
    public mutating func registerCompressors() {
        register(ZlibCompressor())
        register(BZip2Compressor())
        register(LZMACompressor())
        register(BrotliCompressor())
        register(ZstdCompressor())
    }
}
