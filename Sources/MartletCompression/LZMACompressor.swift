import CLZMA
public import MartletTasks

/// LZMA in an .xz container: smallest and slowest.
public struct LZMACompressor: Compressor {
    /// From 0, fast, to 9, small and with much memory.
    public var level: Int

    /// Makes a compressor.
    public init(level: Int = 6) { self.level = level }

    /// `lzma`.
    public var name: CompressionName { .lzma }
    /// `xz`.
    public var aliases: [CompressionName] { ["xz"] }
    /// `application/x-lzma`.
    public var contentType: String { "application/x-lzma" }

    /// The largest dictionary that is read, with what goes with it: that of level 9 fits in.
    private static let memoryLimit: UInt64 = 128 << 20

    /// Makes bytes smaller.
    public func compress(_ bytes: [UInt8]) throws -> [UInt8] {
        let pump = CompressionStream(name: name)
        var stream = lzma_stream()
        guard lzma_easy_encoder(&stream, UInt32(clamping: level), LZMA_CHECK_CRC64) == LZMA_OK else {
            throw pump.unusable("level \(level) is none of 0 to 9, or there is no memory")
        }
        defer { lzma_end(&stream) }
        return try pump.run(bytes) { input, output throws(TaskError) in
            try stream.step(input, output, LZMA_FINISH, pump)
        }
    }

    /// Gives back what was compressed; a dictionary that needs over 128 MiB is refused.
    public func decompress(_ bytes: [UInt8], limit: Int) throws -> [UInt8] {
        let pump = CompressionStream(name: name, limit: limit)
        var stream = lzma_stream()
        guard lzma_stream_decoder(&stream, Self.memoryLimit, 0) == LZMA_OK else {
            throw pump.unusable("there is no memory")
        }
        defer { lzma_end(&stream) }
        return try pump.run(bytes) { input, output throws(TaskError) in
            try stream.step(input, output, LZMA_RUN, pump)
        }
    }
}

extension lzma_stream {
    fileprivate mutating func step(
        _ input: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>, _ action: lzma_action,
        _ pump: CompressionStream
    ) throws(TaskError) -> CompressionStream.Step {
        next_in = input.baseAddress
        avail_in = input.count
        next_out = output.baseAddress
        avail_out = output.count
        let status = lzma_code(&self, action)
        switch status {
        case LZMA_OK, LZMA_STREAM_END, LZMA_BUF_ERROR: break
        case LZMA_MEMLIMIT_ERROR: throw pump.failure("lzma data whose dictionary needs more than 128 MiB")
        case LZMA_MEM_ERROR: throw pump.unusable("there is no memory")
        default: throw pump.failure("not lzma data in an .xz container: status \(status.rawValue)")
        }
        return CompressionStream.Step(
            taken: input.count - avail_in, given: output.count - avail_out, isEnd: status == LZMA_STREAM_END)
    }
}
