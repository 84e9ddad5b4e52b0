import CZlib
public import MartletTasks

/// Zlib: what every Celery reads, since it comes with Python.
///
/// kombu names it `gzip` as well; what it writes has zlib's own frame. Data in the frame of gzip is read too.
public struct ZlibCompressor: Compressor {
    /// From 0, not at all, to 9, best; -1 is zlib's default, 6.
    public var level: Int

    /// Makes a compressor.
    public init(level: Int = -1) { self.level = level }

    /// `zlib`.
    public var name: CompressionName { .zlib }
    /// `gzip`.
    public var aliases: [CompressionName] { ["gzip"] }
    /// `application/x-gzip`.
    public var contentType: String { "application/x-gzip" }

    /// Makes bytes smaller.
    public func compress(_ bytes: [UInt8]) throws -> [UInt8] {
        let pump = CompressionStream(name: name)
        var stream = z_stream()
        guard deflateInit_(&stream, Int32(clamping: level), ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw pump.unusable("level \(level) is none of -1 to 9, or there is no memory") }
        defer { deflateEnd(&stream) }
        return try pump.run(bytes) { input, output throws(TaskError) in
            let given = stream.take(input, output)
            let status = deflate(&stream, given == input.count ? Z_FINISH : Z_NO_FLUSH)
            return CompressionStream.Step(
                taken: given - Int(stream.avail_in), given: output.count - Int(stream.avail_out),
                isEnd: status == Z_STREAM_END)
        }
    }

    /// Gives back what was compressed.
    public func decompress(_ bytes: [UInt8], limit: Int) throws -> [UInt8] {
        let pump = CompressionStream(name: name, limit: limit)
        var stream = z_stream()
        // The largest window, and either of the frames.
        guard inflateInit2_(&stream, 15 + 32, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw pump.unusable("there is no memory") }
        defer { inflateEnd(&stream) }
        return try pump.run(bytes) { input, output throws(TaskError) in
            let given = stream.take(input, output)
            let status = inflate(&stream, Z_NO_FLUSH)
            guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
                throw pump.failure("not zlib data: \(stream.msg.map { String(cString: $0) } ?? "status \(status)")")
            }
            return CompressionStream.Step(
                taken: given - Int(stream.avail_in), given: output.count - Int(stream.avail_out),
                isEnd: status == Z_STREAM_END)
        }
    }
}

extension z_stream {
    /// Points to what is to be done next; returns how much of the input that is.
    fileprivate mutating func take(
        _ input: UnsafeBufferPointer<UInt8>, _ output: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        avail_in = UInt32(clamping: input.count)
        next_out = output.baseAddress
        avail_out = UInt32(clamping: output.count)
        return Int(avail_in)
    }
}
