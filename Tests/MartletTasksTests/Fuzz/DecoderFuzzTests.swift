import Foundation
import MartletTasks
import MartletTesting
import Testing

/// Whatever bytes arrive, a decoder returns a value or a `TaskError`; it never traps.
@Suite(.timeLimit(.minutes(10))) struct DecoderFuzzTests {
    @Test func brokenMessagesAreReadOrRefused() throws {
        let corpus = try FuzzCorpus.messages()
        var mutator = MessageMutator(seed: FuzzSettings.seed)
        var (read, refused) = (0, 0)
        for round in 0..<(2_000 * FuzzSettings.rounds) {
            let message = mutator.mutate(corpus[round % corpus.count])
            let decoded: TaskMessage
            do throws(TaskError) {
                decoded = try TaskMessage(wire: message)
            } catch {
                #expect(!error.message.isEmpty)
                refused += 1
                continue
            }
            let again = try TaskMessage(wire: decoded.wire)
            #expect(again.wire == decoded.wire, "what was read can be written and read again")
            read += 1
        }
        #expect(read > 100 && refused > 100, "\(read) read, \(refused) refused: the mutations are too weak or too wild")
    }

    @Test func brokenResultsAreReadOrRefused() throws {
        var result = TaskResult(taskID: "t", state: .success, value: [1, ["a": nil]], doneAt: Date())
        result.groupID = "g"
        result.retries = 2
        let failed = TaskResult(taskID: "t", state: .failure, value: TaskFailure(Broken()).json, doneAt: Date())
        var mutator = MessageMutator(seed: FuzzSettings.seed)
        for round in 0..<(1_000 * FuzzSettings.rounds) {
            let bytes = mutator.mutate(JSONWriter.bytes(of: (round % 2 == 0 ? result : failed).json))
            do throws(TaskError) {
                let decoded = try TaskResult(json: JSONParser.parse(bytes))
                _ = decoded.failure?.description
                _ = JSONWriter.bytes(of: decoded.json)
                _ = try? decoded.value.decode(FuzzCorpus.Record.self)
            } catch {
                #expect(error.code == .malformedJSON || error.code == .malformedMessage)
            }
        }
    }

    @Test func brokenCanvasesAreReadOrRefused() throws {
        let canvases = try FuzzCorpus.messages().compactMap { try TaskMessage(wire: $0).embed }
            .flatMap { $0.chain + $0.callbacks + $0.errbacks + [$0.chord].compactMap(\.self) }
        var mutator = MessageMutator(seed: FuzzSettings.seed)
        for round in 0..<(1_000 * FuzzSettings.rounds) {
            let json = mutator.mutate(mutator.mutate(canvases[round % canvases.count].json))
            do throws(TaskError) {
                _ = try Canvas(json: json).json
            } catch {
                #expect(error.code == .malformedMessage)
            }
        }
    }

    @Test func nestingIsBoundedWhereverItIs() {
        let deep = String(repeating: "[", count: 1_000_000)
        #expect(throws: TaskError.self) { try JSONParser.parse(deep) }
        #expect(throws: TaskError.self) { try JSONParser.parse(String(repeating: "{\"a\":", count: 1_000_000)) }
        #expect(throws: Never.self) { try JSONParser.parse(JSONWriter.bytes(of: MessageMutator.nested(255))) }
    }

    @Test func tenMegabytesAreRead() throws {
        let text = String(repeating: "x\u{0}é", count: 2_500_000)
        var message = TaskMessage(task: "fuzz.echo", id: "large", arguments: [.string(text)])
        message.headers.custom["note"] = .string(String(text.prefix(100)))
        #expect(try TaskMessage(wire: message.wire).arguments == [.string(text)])
    }

    @Test(arguments: ["2026-11-25T10:00:00.123456789+00:00", "1961-05-10T21:27:12.5124535+00:00"])
    func partsOfMicrosecondsAreDropped(text: String) throws {
        var headers = try #require(try JSONParser.parse(TaskMessageTests.headers).objectValue)
        headers["expires"] = .string(text)
        let wire = try TaskMessage(wire: TaskMessageTests.wire(headers: JSONValue.object(headers).description)).wire
        #expect(try TaskMessage(wire: wire).wire == wire)
        #expect(String(decoding: wire.headers, as: UTF8.self).contains("\(text.prefix(26))+00:00"))
    }

    @Test(arguments: [1e300, -1e300, Double.infinity, -.infinity, .nan, 1e18])
    func datesNoCalendarHasAreRefused(seconds: Double) throws {
        var headers = try #require(try JSONParser.parse(TaskMessageTests.headers).objectValue)
        headers["eta"] = .double(seconds)
        let error = #expect(throws: TaskError.self) {
            try TaskMessage(wire: TaskMessageTests.wire(headers: JSONValue.object(headers).description))
        }
        #expect(error?.message.contains("headers.eta") == true)
    }

    @Test(arguments: [Duration.seconds(Int64.max / 2), .seconds(-Int64.max / 2), .seconds(1e15)])
    func callsForTimesNoCalendarHasAreSentOrRefused(duration: Duration) async throws {
        let client = TaskClient(broker: MemoryBroker(), results: MemoryResultBackend())
        let call = Signature<Int>(task: "fuzz.echo", arguments: [1])
        for (countdown, expires) in [(duration, nil), (nil, duration), (duration, duration)] as [(Duration?, Duration?)]
        {
            do {
                try await client.enqueue(call, countdown: countdown, expires: expires)
            } catch let error as TaskError {
                #expect(error.code == .invalidArgument)
            }
        }
    }
}
