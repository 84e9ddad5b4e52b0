import CBZip2
public import MartletTasks

/// Bzip2: small and slow.
public struct BZip2Compressor: Compressor {
    /// From 1 to 9, how many hundred kilobytes are looked at together.
    public var level: Int

    /// Makes a compressor.
    public init(level: Int = 9) { self.level = level }

    /// `bzip2`.
    public var name: CompressionName { .bzip2 }
    /// `bzip` and `bz2`.
    public var aliases: [CompressionName] { ["bzip", "bz2"] }
    /// `application/x-bz2`.
    public var contentType: String { "application/x-bz2" }

    /// Makes bytes smaller.
    public func compress(_ bytes: [UInt8]) throws -> [UInt8] {
        let pump = CompressionStream(name: name)
        var stream = bz_stream()
        guard BZ2_bzCompressInit(&stream, Int32(clamping: level), 0, 0) == BZ_OK else {
            throw pump.unusable("level \(level) is none of 1 to 9, or there is no memory")
        }
        defer { BZ2_bzCompressEnd(&stream) }
        return try pump.run(bytes) { input, output throws(TaskError) in
            let given = stream.take(input, output)
            let status = BZ2_bzCompress(&stream, given == input.count ? BZ_FINISH : BZ_RUN)
            return CompressionStream.Step(
                taken: given - Int(stream.avail_in), given: output.count - Int(stream.avail_out),
                isEnd: status == BZ_STREAM_END)
        }
    }

    /// Gives back what was compressed.
    public func decompress(_ bytes: [UInt8], limit: Int) throws -> [UInt8] {
        let pump = CompressionStream(name: name, limit: limit)
        var stream = bz_stream()
        guard BZ2_bzDecompressInit(&stream, 0, 0) == BZ_OK else { throw pump.unusable("there is no memory") }
        defer { BZ2_bzDecompressEnd(&stream) }
        return try pump.run(bytes) { input, output throws(TaskError) in
            let given = stream.take(input, output)
            let status = BZ2_bzDecompress(&stream)
            guard status == BZ_OK || status == BZ_STREAM_END else {
                throw pump.failure("not bzip2 data: status \(status)")
            }
            return CompressionStream.Step(
                taken: given - Int(stream.avail_in), given: output.count - Int(stream.avail_out),
                isEnd: status == BZ_STREAM_END)
        }
    }
}

extension bz_stream {
    /// Points to what is to be done next; returns how much of the input that is.
    fileprivate mutating func take(
        _ input: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        next_in = UnsafeMutableRawPointer(mutating: input.baseAddress)?.assumingMemoryBound(to: CChar.self)
        avail_in = UInt32(clamping: input.count)
        next_out = UnsafeMutableRawPointer(output.baseAddress)?.assumingMemoryBound(to: CChar.self)
        avail_out = UInt32(clamping: output.count)
        return Int(avail_in)
    }
}
