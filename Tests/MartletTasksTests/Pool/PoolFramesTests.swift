import Foundation
import Testing

@testable import MartletTasks

@Suite struct PoolFramesTests {
    private struct Known: Error {}
    private struct Other: Error {}
    private struct Unchanged: Error {}
    private let now = Date(timeIntervalSince1970: 1_000_000)

    @Test func jobIsTheSameOnTheOtherSide() throws {
        var message = TaskMessage(task: "tasks.add", id: "1", arguments: [1, "é\n"], keywords: ["z": nil])
        message.headers.eta = Date(timeIntervalSince1970: 1_700_000_000.25)
        let received = ReceivedMessage(
            message: message.wire, attempt: 2, receipt: Receipt(id: "1", token: "7:1"), checkpoint: ["page": 3])
        let request = PoolRequest.run(9, received)
        #expect(try PoolRequest(json: request.json) == request)
        var binary = received
        binary.message.body = [0xFF, 0x00, 0xC3]
        #expect(try PoolRequest(json: PoolRequest.run(9, binary).json) == .run(9, binary))
        #expect(try PoolRequest(json: PoolRequest.cancel(3).json) == .cancel(3))
        #expect(try PoolRequest(json: PoolRequest.stop.json) == .stop)
    }

    @Test func replyTellsOfAResult() throws {
        let sent = PoolResult(
            result: .success(["x": 1]), memory: 5, children: ["a", "b"],
            trace: TraceHeaders(values: ["traceparent": "00-1-2-01"]))
        let json = PoolReply.json(ended: 4, sent)
        guard case .ended(4, let result) = try PoolReply(json: json) else { return #expect(Bool(false), "\(json)") }
        #expect(try result.result.get() == ["x": 1])
        #expect(result.memory == 5 && result.children == ["a", "b"])
        #expect(result.trace == sent.trace)
    }

    private func other(_ error: any Error) throws -> any Error {
        let json = PoolReply.json(ended: 1, PoolResult(result: .failure(error), memory: 0))
        guard case .ended(_, let result) = try PoolReply(json: json), case .failure(let other) = result.result else {
            throw Unchanged()
        }
        return other
    }

    @Test func errorKeepsWhatTheWorkerAsksOfIt() throws {
        let known = try other(Known())
        #expect(TaskFailure(known) == TaskFailure(Known()))
        let types: ErrorTypes = [Known.self]
        #expect(types.contains(known), "a type is known in each process of the program")
        #expect(try !types.contains(other(Other())))
        #expect(RetryPolicy.fixed().only(on: [Known.self]).covers(known))
        #expect(!RetryPolicy.fixed().except([Known.self]).covers(known))
        #expect(try other(CancellationError()) is CancellationError)
        let wish = try #require(try other(Retry(after: .seconds(2), maxRetries: 5, reason: "later")) as? Retry)
        #expect(wish.delay == .seconds(2) && wish.maxRetries == 5 && wish.reason == "later")
        #expect(try (other(Retry(eta: now)) as? Retry)?.eta == now)
        #expect(try other(HandBack()) is HandBack && other(Ignore()) is Ignore)
        let reject = try #require(try other(Reject(reason: "no", requeue: true)) as? Reject)
        #expect(reject.reason == "no" && reject.requeue)
        let snooze = try #require(try other(Snooze(for: .seconds(60))) as? Snooze)
        #expect(snooze.date(from: now) == now.addingTimeInterval(60))
        let canvas = Canvas.chain([.task(TaskCall(task: "a")), .task(TaskCall(task: "b"))], CallOptions())
        #expect(try (other(Replace(canvas: canvas)) as? Replace)?.canvas == canvas)
        let mismatch = try #require(try other(TaskError(.argumentMismatch, "argument 'x'")) as? TaskError)
        #expect(mismatch.code == .argumentMismatch && mismatch.message == "argument 'x'")
    }

    @Test(arguments: [
        #"{}"#, #"[]"#, #"{"ended":"1"}"#, #"{"ended":1,"error":{"kind":"odd"}}"#, #"{"started":null}"#,
    ]) func replyOfAnotherShapeIsAnError(text: String) throws {
        let json = try JSONParser.parse(Array(text.utf8))
        #expect { try PoolReply(json: json) } throws: { ($0 as? TaskError)?.code == .malformedMessage }
    }

    @Test func retryWithAnImpossibleDelayIsHarmless() throws {
        let json: JSONValue = ["ended": 1, "error": ["kind": "retry", "delay": .double(.nan)]]
        guard case .ended(_, let result) = try PoolReply(json: json), case .failure(let error) = result.result else {
            return #expect(Bool(false))
        }
        #expect((error as? Retry)?.delay != nil)
    }
}
