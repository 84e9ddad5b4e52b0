import Testing

@testable import MartletTasks

@Suite struct FrameBufferTests {
    let values: [JSONValue] = [["run": 1], "é", [1, 2, [3]], .null]

    private func bytes() throws -> [UInt8] { try values.flatMap { try FrameBuffer.frame($0) } }

    private func read(_ chunks: [[UInt8]]) throws -> [JSONValue] {
        var buffer = FrameBuffer()
        var read: [JSONValue] = []
        for chunk in chunks {
            buffer.append(chunk)
            while let value = try buffer.next() { read.append(value) }
        }
        return read
    }

    @Test func framesAreReadWholeDrippedAndInHalves() throws {
        let bytes = try bytes()
        #expect(try read([bytes]) == values)
        #expect(try read(bytes.map { [$0] }) == values)
        for cut in bytes.indices { #expect(try read([Array(bytes[..<cut]), Array(bytes[cut...])]) == values) }
    }

    @Test func lengthComesFirst() throws {
        #expect(try FrameBuffer.frame("ab") == [0, 0, 0, 4] + Array("\"ab\"".utf8))
    }

    @Test func frameLargerThanTheLimitIsRefusedBeforeItIsRead() throws {
        var buffer = FrameBuffer()
        buffer.append([0xFF, 0, 0, 0])
        #expect { try buffer.next() } throws: { ($0 as? TaskError)?.code == .messageTooLarge }
        #expect { try FrameBuffer.frame("four", limit: 5) } throws: {
            ($0 as? TaskError)?.code == .messageTooLarge
        }
    }

    @Test(arguments: ["{", "nothing", ""]) func whatIsNoJSONIsAnError(text: String) {
        var buffer = FrameBuffer()
        buffer.append([0, 0, 0, UInt8(text.utf8.count)] + Array(text.utf8))
        #expect { try buffer.next() } throws: { ($0 as? TaskError)?.code == .malformedJSON }
    }

    @Test func manyLargeFramesAreRead() throws {
        let large = JSONValue.string(String(repeating: "x", count: 600_000))
        let frame = try FrameBuffer.frame(large)
        #expect(try read([frame + frame, frame, frame]) == [large, large, large, large])
    }
}
