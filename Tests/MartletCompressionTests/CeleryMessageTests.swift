import Foundation
import MartletCompression
import MartletTasks
import MartletTesting
import MartletYAML
import Testing

/// Messages of Celery itself, run by a worker of this package.
///
/// Made with Celery 5.7.0, msgpack 1.2, PyYAML 6.0, brotli 1.2 and backports.zstd by
///
/// ```python
/// app = Celery(broker="memory://")
/// app.send_task("tasks.add", (2, 3), {"note": "martlet " * 8}, serializer=…, compression=…)
/// message = app.connection().default_channel._get("celery")
/// ```
@Suite struct CeleryMessageTests {
    /// Content type, content encoding, header `compression` and body.
    struct Sample: Sendable, CustomTestStringConvertible {
        let type: String
        let encoding: String
        let compression: String
        let body: String
        var testDescription: String { "\(type) \(compression)" }
    }

    static let samples = [
        Sample(
            type: "application/json", encoding: "utf-8", compression: "application/x-gzip",
            body: """
                eJyLjjbSUTCO1VGoVsrLL0lVslJQyk0sKslJLVEgl1aqBZmWnJiTk5SYnF0MNDKvNCdHR0EptagITSQ5IzEzD5mbX5QC5dbGAgBTHDVS
                """),
        Sample(
            type: "application/x-msgpack", encoding: "binary", compression: "application/zstd",
            body: """
                KLUv/SBw5QEAJAOTkgIDgaRub3Rl2UBtYXJ0bGV0IISpY2FsbGJhY2tzwKhlcnKlY2hhaW7ApWNob3JkwAIAWoalOwsT
                """),
        Sample(
            type: "application/x-yaml", encoding: "utf-8", compression: "application/x-bz2",
            body: """
                QlpoOTFBWSZTWXtfSC0AABHZgAAQQIIYED5vngAgAGQkgknqepjIMoJUAAABNwnaQzWtWTKEngIJYYY4z5d+TGPAL5sux7xIGxRh\
                0SBoJol366Lc21ioGhwIkBofF3JFOFCQe19ILQ==
                """),
        Sample(
            type: "application/json", encoding: "utf-8", compression: "application/x-lzma",
            body: """
                /Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4ACaAEldAC3gxFghFmYaLE8Ph3GQBr8hDdvzQusbw3Pu8p1JynVuAWeFrBzyCj81lZjR\
                pdiPrNwQRbxednTC+gxBKo9d/fD64LIiEWQC1QAAAAAAjNmxJleub6UAAWWbAQAAAFA7BoWxxGf7AgAAAAAEWVo=
                """),
        Sample(
            type: "application/x-msgpack", encoding: "binary", compression: "application/x-brotli",
            body: """
                G28AeBSh0i1v20tFilK1+YbfzodiExKhslHalwoccsB+vTcPOCEvEPQBB0vOuGRNcn1XUf6hRGhm9Wa8Ps0uA3hmKkgG
                """),
    ]

    private func wire(_ sample: Sample) throws -> WireMessage {
        let headers = #"""
            {"lang": "py", "task": "tasks.add", "id": "c1", "retries": 0, "timelimit": [null, null], "root_id": "c1",
            "compression": "\#(sample.compression)"}
            """#
        let properties = #"""
            {"correlation_id": "c1", "delivery_mode": 2, "delivery_info": {"exchange": "", "routing_key": "celery"},
            "priority": 0, "content_type": "\#(sample.type)", "content_encoding": "\#(sample.encoding)"}
            """#
        return WireMessage(
            id: "c1", queue: "celery", headers: Array(headers.utf8), properties: Array(properties.utf8),
            body: Array(try #require(Data(base64Encoded: sample.body))))
    }

    private var content: ContentRegistry {
        var content = ContentRegistry()
        content.register(YAMLSerializer())
        content.registerCompressors()
        return content
    }

    @Test(arguments: samples) func messageOfCeleryIsRun(sample: Sample) async throws {
        var registry = TaskRegistry()
        registry.register("tasks.add", parameters: ["x", "y", "note"]) { (x: Int, y: Int, note: String) in
            "\(x + y) \(note.count)"
        }
        var clientOptions = TaskClient.Options()
        clientOptions.content = content
        var options = WorkerOptions()
        options.acceptContent = [.json, .msgpack, .yaml]
        let bench = TaskBench(registry, options: options, clientOptions: clientOptions)
        try await bench.broker.publish([wire(sample)])
        try await bench.runUntilIdle()
        #expect(try await bench.client.result(of: "c1", as: String.self).value() == "5 64")
    }

    @Test(arguments: samples) func messageOfCeleryIsWrittenAgainAsItWas(sample: Sample) throws {
        let message = try TaskMessage(wire: wire(sample), content: content)
        #expect(message.arguments == [2, 3])
        let again = try message.encoded(with: content)
        #expect(try TaskMessage(wire: again, content: content) == message)
        #expect(again.body.count < JSONWriter.bytes(of: message.body).count)
    }
}
