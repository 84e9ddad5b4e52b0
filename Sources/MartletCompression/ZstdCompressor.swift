import CZstd
public import MartletTasks

/// Zstandard: the fastest of them, and small.
public struct ZstdCompressor: Compressor {
    /// From 1, fast, to 22, small and slow.
    public var level: Int

    /// Makes a compressor.
    public init(level: Int = 3) { self.level = level }

    /// `zstd`.
    public var name: CompressionName { .zstd }
    /// `zstandard`.
    public var aliases: [CompressionName] { ["zstandard"] }
    /// `application/zstd`.
    public var contentType: String { "application/zstd" }

    /// Makes bytes smaller; the frame says how large they are, which some readers of Python need.
    public func compress(_ bytes: [UInt8]) throws -> [UInt8] {
        let pump = CompressionStream(name: name)
        guard (1...22).contains(level) else { throw pump.unusable("level \(level) is none of 1 to 22") }
        guard let context = ZSTD_createCCtx() else { throw pump.unusable("there is no memory") }
        defer { ZSTD_freeCCtx(context) }
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(level))
        ZSTD_CCtx_setPledgedSrcSize(context, UInt64(bytes.count))
        return try pump.run(bytes) { input, output throws(TaskError) in
            var (source, target) = Self.buffers(input, output)
            let left = ZSTD_compressStream2(context, &target, &source, ZSTD_e_end)
            guard ZSTD_isError(left) == 0 else { throw pump.unusable(Self.text(left)) }
            return CompressionStream.Step(taken: source.pos, given: target.pos, isEnd: left == 0)
        }
    }

    /// Gives back what was compressed.
    public func decompress(_ bytes: [UInt8], limit: Int) throws -> [UInt8] {
        let pump = CompressionStream(name: name, limit: limit)
        guard let context = ZSTD_createDCtx() else { throw pump.unusable("there is no memory") }
        defer { ZSTD_freeDCtx(context) }
        return try pump.run(bytes) { input, output throws(TaskError) in
            var (source, target) = Self.buffers(input, output)
            let left = ZSTD_decompressStream(context, &target, &source)
            guard ZSTD_isError(left) == 0 else { throw pump.failure("not zstd data: \(Self.text(left))") }
            return CompressionStream.Step(taken: source.pos, given: target.pos, isEnd: left == 0)
        }
    }

    private static func buffers(
        _ input: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>
    ) -> (ZSTD_inBuffer, ZSTD_outBuffer) {
        (
            ZSTD_inBuffer(src: input.baseAddress, size: input.count, pos: 0),
            ZSTD_outBuffer(dst: output.baseAddress, size: output.count, pos: 0)
        )
    }

    private static func text(_ code: Int) -> String { String(cString: ZSTD_getErrorName(code)) }
}
