import MartletTasks

/// Feeds bytes to the stream of a C library and collects what it gives.
struct CompressionStream {
    /// What one call of the library has done.
    struct Step {
        /// How many bytes it took.
        var taken: Int
        /// How many bytes it gave.
        var given: Int
        /// Whether it has come to the end.
        var isEnd: Bool
    }

    /// Takes of the first buffer and writes to the second.
    typealias Work = (UnsafeBufferPointer<UInt8>, UnsafeMutableBufferPointer<UInt8>) throws(TaskError) -> Step

    private static let chunk = 65_536
    let name: CompressionName
    /// How many bytes may come of it.
    var limit = Int.max

    /// All that comes of the bytes.
    ///
    /// - Throws: ``TaskError`` with code `messageTooLarge` at the limit, `malformedMessage` when the bytes end before the
    ///   stream does or go on after it, or what `work` throws.
    func run(_ bytes: [UInt8], _ work: Work) throws(TaskError) -> [UInt8] {
        var output: [UInt8] = []
        var index = 0
        while true {
            let step = try step(bytes, from: index, adding: &output, work)
            index += step.taken
            if step.isEnd { break }
            guard step.taken > 0 || step.given > 0 else { throw failure("the bytes end before the \(name) data does") }
        }
        guard index == bytes.count else {
            throw failure("\(bytes.count - index) bytes too many after the \(name) data")
        }
        return output
    }

    private func step(
        _ bytes: [UInt8], from index: Int, adding output: inout [UInt8], _ work: Work
    ) throws(TaskError) -> Step {
        let start = output.count
        // No more than one byte over the limit, to see that it is reached.
        let room = min(Self.chunk, limit == Int.max ? Self.chunk : limit - start + 1)
        output.append(contentsOf: repeatElement(0, count: room))
        let result = bytes.withUnsafeBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output -> Result<Step, TaskError> in
                do throws(TaskError) {
                    return .success(
                        try work(
                            UnsafeBufferPointer(rebasing: input[index...]),
                            UnsafeMutableBufferPointer(rebasing: output[start...])))
                } catch { return .failure(error) }
            }
        }
        let step = try result.get()
        output.removeLast(room - step.given)
        guard output.count <= limit else {
            throw TaskError(
                .messageTooLarge,
                """
                \(bytes.count) bytes of \(name) become more than the \(limit) bytes that are read; send a reference to the \
                data instead
                """)
        }
        return step
    }

    /// An error of bytes that are not what they should be.
    func failure(_ what: String) -> TaskError { TaskError(.malformedMessage, what) }

    /// An error of a library that cannot begin.
    func unusable(_ what: String) -> TaskError { TaskError(.encodingFailed, "\(name) cannot be used: \(what)") }
}
