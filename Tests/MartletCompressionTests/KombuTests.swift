import Foundation
import MartletCompression
import MartletTasks
import MartletYAML
import Testing

/// What this package writes, read by kombu itself.
///
/// `KOMBU_PYTHON` names a Python that has it: `python3 -m venv v && v/bin/pip install celery==5.7.0 msgpack pyyaml brotli
/// backports.zstd`, then `KOMBU_PYTHON=v/bin/python make test FILTER=KombuTests`.
@Suite(.timeLimit(.minutes(1)), .enabled(if: ProcessInfo.processInfo.environment["KOMBU_PYTHON"] != nil))
struct KombuTests {
    /// Reads `[content type, content encoding, compression, body]` from each line and tells what it is.
    private static let script = """
        import base64, json, sys
        from kombu import compression, serialization
        for line in sys.stdin:
            kind, encoding, compressor, body = json.loads(line)
            body = base64.b64decode(body)
            if compressor:
                body = compression.decompress(body, compressor)
            args, kwargs, embed = serialization.loads(body, kind, encoding, accept=[kind])
            data, date = args.pop(), args.pop()
            print(json.dumps([args, kwargs, embed["chain"], list(data), str(date)], sort_keys=True))
        """

    @Test func whatIsWrittenHereIsReadByKombu() async throws {
        var content = ContentRegistry()
        content.register(YAMLSerializer())
        content.registerCompressors()
        let date = "2026-11-25T10:00:00.256395+00:00"
        var message = TaskMessage(
            task: "t", id: "1",
            arguments: [
                1, -1, 1.5, 1e16, nil, true, "é\u{85}\u{2028}😀\n\"", ["yes", "12", "~"],
                ["__type__": "datetime", "__value__": .string(date)], ["__type__": "base64", "__value__": "/wA="],
            ], keywords: ["name": ["a: b": .integer(.max)], String(repeating: "k", count: 2000): .integer(.min)])
        var lines: [String] = []
        for serializer in content.serializers {
            for compression in [nil] + content.compressors.map(\.contentType) {
                message.properties.contentType = serializer.contentType
                message.headers.compression = compression
                let body = Data(try message.encoded(with: content).body).base64EncodedString()
                let line: JSONValue = [
                    .string(serializer.contentType), .string(serializer.contentEncoding),
                    compression.map(JSONValue.string) ?? nil, .string(body),
                ]
                lines.append(line.description)
            }
        }
        let answers = try run(lines)
        #expect(answers.count == 18)
        for (line, answer) in zip(lines, answers) {
            let value = try JSONParser.parse(answer)
            #expect(value[0] == .array(Array(message.arguments.dropLast(2))), "\(line)")
            #expect(value[1] == .object(message.keywords), "\(line)")
            #expect(value[2] == .null)
            #expect(value[3] == [255, 0], "\(line)")
            let told = try #require(value[4]?.stringValue)
            // In MessagePack a date is the dictionary that it is in JSON.
            #expect(told == "2026-11-25 10:00:00.256395+00:00" || told.contains("'__value__': '\(date)'"), "\(line)")
        }
    }

    private func run(_ lines: [String]) throws -> [String] {
        let python = Process()
        python.executableURL = URL(
            fileURLWithPath: ProcessInfo.processInfo.environment["KOMBU_PYTHON"] ?? "python3")
        python.arguments = ["-c", Self.script]
        let (input, output) = (Pipe(), Pipe())
        python.standardInput = input
        python.standardOutput = output
        try python.run()
        try input.fileHandleForWriting.write(contentsOf: Data(lines.map { $0 + "\n" }.joined().utf8))
        try input.fileHandleForWriting.close()
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        python.waitUntilExit()
        return String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
