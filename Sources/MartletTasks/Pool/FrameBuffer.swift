/// Cuts a stream of bytes into frames: a length of four bytes, the most significant first, then so many bytes of JSON.
struct FrameBuffer: Sendable {
    /// The largest frame in bytes, which is the most a ``JSONParser`` reads by default.
    static let limit = 64 << 20

    private var bytes: [UInt8] = []
    private var start = 0

    /// The bytes of a frame.
    ///
    /// - Throws: ``TaskError`` with code `messageTooLarge`.
    static func frame(_ value: JSONValue, limit: Int = limit) throws(TaskError) -> [UInt8] {
        var frame: [UInt8] = [0, 0, 0, 0]
        let text = JSONWriter.bytes(of: value)
        guard text.count <= limit else {
            throw TaskError(
                .messageTooLarge,
                "\(text.count) bytes for a process of the pool are over the limit of \(limit); send a reference instead"
            )
        }
        for index in 0..<4 { frame[index] = UInt8(truncatingIfNeeded: text.count >> (8 * (3 - index))) }
        frame += text
        return frame
    }

    /// Takes bytes as they arrive.
    mutating func append(_ more: some Sequence<UInt8>) {
        if start == bytes.count {
            bytes.removeAll(keepingCapacity: true)
            start = 0
        }
        bytes.append(contentsOf: more)
    }

    /// The next frame, or `nil` until more bytes have come.
    ///
    /// - Throws: ``TaskError`` with code `messageTooLarge` or `malformedJSON`; what follows cannot be read then.
    mutating func next() throws(TaskError) -> JSONValue? {
        guard bytes.count - start >= 4 else { return nil }
        let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
        guard length <= Self.limit else {
            throw TaskError(.messageTooLarge, "a frame of \(length) bytes is over the limit of \(Self.limit)")
        }
        let end = start + 4 + length
        guard bytes.count >= end else { return nil }
        let value = try JSONParser.parse(Array(bytes[start + 4..<end]))
        start = end
        if start > 1 << 20 {
            bytes.removeFirst(start)
            start = 0
        }
        return value
    }
}
