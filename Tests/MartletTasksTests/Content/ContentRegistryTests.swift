import MartletTasks
import Testing

/// Which serializers and compressors are found, and what is said when one is not there.
@Suite struct ContentRegistryTests {
    @Test func jsonAndMessagePackAreThere() throws {
        let content = ContentRegistry()
        #expect(content.serializers.map(\.name) == [.json, .msgpack])
        #expect(content.compressors.isEmpty)
        #expect(try content.serializer(.json).contentType == "application/json")
        #expect(try content.serializer("application/x-msgpack").name == .msgpack)
        #expect(ContentRegistry.json.serializers.map(\.name) == [.json])
    }

    @Test func oneOfYourOwnIsFoundByNameAliasAndContentType() throws {
        var content = ContentRegistry()
        let before = content
        content.register(ReversedJSON())
        content.register(Doubling())
        #expect(try content.serializer("reversed").contentType == "application/x-reversed")
        #expect(try content.serializer("application/x-reversed").name == "reversed")
        for name in ["doubling", "twice", "application/x-twice"] as [CompressionName] {
            #expect(try content.compressor(name).name == "doubling")
        }
        #expect(content.compressors.map(\.name) == ["doubling"])
        #expect(before.serializers.map(\.name) == [.json, .msgpack])
        #expect(before.compressors.isEmpty)
    }

    @Test(
        arguments: [
            ("yaml", "add the product MartletYAML to your target, and register YAMLSerializer()"),
            ("pickle", "let the sender use json or msgpack"), ("auth", "register the AuthSerializer"),
            ("jsonn", "which has json, msgpack; register one of that name, or use one of those"),
        ] as [(SerializerName, String)])
    func missingSerializerSaysWhatToAdd(name: SerializerName, remedy: String) {
        #expect { try ContentRegistry().serializer(name) } throws: {
            ($0 as? TaskError)?.code == .unsupported && "\($0)".contains("'\(name)'") && "\($0)".contains(remedy)
        }
    }

    @Test(
        arguments: [
            ("zstd", "MartletCompression to your target, and register ZstdCompressor()"),
            ("gzip", "ZlibCompressor()"), ("application/x-bz2", "BZip2Compressor()"),
            ("lz4", "which has none; register one of that name"),
        ] as [(CompressionName, String)])
    func missingCompressorSaysWhatToAdd(name: CompressionName, remedy: String) {
        #expect { try ContentRegistry().compressor(name) } throws: {
            ($0 as? TaskError)?.code == .unsupported && "\($0)".contains("'\(name)'") && "\($0)".contains(remedy)
        }
    }

    @Test func acceptingTakesAwayTheOthers() throws {
        #expect(try ContentRegistry().accepting([.msgpack]).serializers.map(\.name) == [.msgpack])
        #expect(try ContentRegistry().accepting(["application/json"]).serializers.map(\.name) == [.json])
        #expect(throws: TaskError.self) { try ContentRegistry().accepting([.json, .yaml]) }
    }
}

/// JSON from its end to its beginning: a serializer that only these tests have.
struct ReversedJSON: Serializer {
    let name: SerializerName = "reversed"
    let contentType = "application/x-reversed"
    let contentEncoding = "binary"

    func encode(_ value: JSONValue) throws -> [UInt8] { JSONWriter.bytes(of: value).reversed() }
    func decode(_ bytes: [UInt8], within limits: JSONParser.Limits) throws -> JSONValue {
        try JSONParser.parse(bytes.reversed(), limits: limits)
    }
}

/// Each byte twice: a compressor that only these tests have.
struct Doubling: Compressor {
    struct Odd: Error {}

    let name: CompressionName = "doubling"
    let aliases: [CompressionName] = ["twice"]
    let contentType = "application/x-twice"

    func compress(_ bytes: [UInt8]) throws -> [UInt8] { bytes.flatMap { [$0, $0] } }
    func decompress(_ bytes: [UInt8], limit: Int) throws -> [UInt8] {
        guard bytes.count.isMultiple(of: 2) else { throw Odd() }
        return stride(from: 0, to: bytes.count, by: 2).map { bytes[$0] }
    }
}
