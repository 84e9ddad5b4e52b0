import CBrotli
public import MartletTasks

/// Brotli: made for text.
public struct BrotliCompressor: Compressor {
    /// From 0, fast, to 11, small and very slow (kombu's).
    public var quality: Int

    /// Makes a compressor.
    public init(quality: Int = 5) { self.quality = quality }

    /// `brotli`.
    public var name: CompressionName { .brotli }
    /// `application/x-brotli`.
    public var contentType: String { "application/x-brotli" }

    /// Makes bytes smaller.
    public func compress(_ bytes: [UInt8]) throws -> [UInt8] {
        let pump = CompressionStream(name: name)
        guard let state = BrotliEncoderCreateInstance(nil, nil, nil) else { throw pump.unusable("there is no memory") }
        defer { BrotliEncoderDestroyInstance(state) }
        guard (0...11).contains(quality) else { throw pump.unusable("quality \(quality) is none of 0 to 11") }
        BrotliEncoderSetParameter(state, BROTLI_PARAM_QUALITY, UInt32(quality))
        return try pump.run(bytes) { input, output throws(TaskError) in
            var (left, next) = (input.count, input.baseAddress)
            var (room, target) = (output.count, output.baseAddress)
            let worked = BrotliEncoderCompressStream(
                state, BROTLI_OPERATION_FINISH, &left, &next, &room, &target, nil)
            guard worked != 0 else { throw pump.unusable("there is no memory") }
            return CompressionStream.Step(
                taken: input.count - left, given: output.count - room, isEnd: BrotliEncoderIsFinished(state) != 0)
        }
    }

    /// Gives back what was compressed.
    public func decompress(_ bytes: [UInt8], limit: Int) throws -> [UInt8] {
        let pump = CompressionStream(name: name, limit: limit)
        guard let state = BrotliDecoderCreateInstance(nil, nil, nil) else { throw pump.unusable("there is no memory") }
        defer { BrotliDecoderDestroyInstance(state) }
        return try pump.run(bytes) { input, output throws(TaskError) in
            var (left, next) = (input.count, input.baseAddress)
            var (room, target) = (output.count, output.baseAddress)
            let status = BrotliDecoderDecompressStream(state, &left, &next, &room, &target, nil)
            guard status != BROTLI_DECODER_RESULT_ERROR else {
                let text = BrotliDecoderErrorString(BrotliDecoderGetErrorCode(state)).map { String(cString: $0) }
                throw pump.failure("not brotli data: \(text ?? "an error")")
            }
            return CompressionStream.Step(
                taken: input.count - left, given: output.count - room, isEnd: status == BROTLI_DECODER_RESULT_SUCCESS)
        }
    }
}
