import Foundation
import Logging
import MartletTasks
import MartletTesting
import Testing

/// Whatever arrives at a worker ends: as a result, a retry or a dead letter, and the worker goes on.
@Suite(.timeLimit(.minutes(10))) struct WorkerFuzzTests {
    @Test func brokenMessagesEndAndTheWorkerLives() async throws {
        let corpus = try FuzzCorpus.messages()
        let clock = VirtualClock()
        let bench = Bench(time: clock.time)
        let count = 500 * FuzzSettings.rounds
        try await bench.run(FuzzCorpus.registry, logger: .silent) { worker in
            var mutator = MessageMutator(seed: FuzzSettings.seed)
            for batch in 0..<(count / 100) {
                let messages = (0..<100).map { index in
                    var message = mutator.mutate(corpus[index % corpus.count])
                    message.id = "fuzz-\(batch)-\(index)"
                    message.priority = 5
                    message.eta = nil
                    return message
                }
                try await bench.broker.publish(messages)
                // Two canaries one after the other: each comes after all that was published before it.
                for canary in 0..<2 {
                    let sum = try await bench.client.send("fuzz.add", arguments: [1, .integer(canary)]).value()
                    #expect(sum == .integer(1 + canary))
                }
            }
        }
        let depth = try await bench.broker.depth(of: "celery")
        #expect(depth.leased == 0, "a delivery that was not reported would still be leased")
        let letters = try await bench.broker.deadLetters(limit: .max)
        #expect(letters.count > count / 10)
        #expect(letters.allSatisfy { !$0.error.isEmpty && $0.attempts == 1 })
    }

    @Test func chordWithoutASizeIsADeadLetter() async throws {
        let bench = Bench()
        var message = TaskMessage(task: "fuzz.add", id: "member", arguments: [1, 2])
        message.headers.group = "chord"
        var body = CallOptions()
        body.taskID = "body"
        body.chordSize = -1
        message.embed.chord = .task(TaskCall(task: "fuzz.sum", options: body))
        try await bench.broker.publish([message])
        try await bench.run(FuzzCorpus.registry, logger: .silent) { _ in
            let member = bench.client.result(of: "member", as: Int.self)
            let error = await #expect(throws: TaskError.self) { try await member.value() }
            #expect(error?.message.contains("chord_size") == true)
        }
        #expect(try await bench.broker.deadLetter("member")?.reason == .undecodable)
    }

    @Test func callbackWithoutAnIdIsRun() async throws {
        let bench = Bench()
        var message = TaskMessage(task: "fuzz.add", id: "first", arguments: [1, 2])
        message.embed.callbacks = [.task(TaskCall(task: "fuzz.add", arguments: [4]))]
        try await bench.broker.publish([message])
        try await bench.run(FuzzCorpus.registry, logger: .silent) { _ in
            let value = try await bench.client.result(of: "first-link-1", as: Int.self).value()
            #expect(value == 7)
        }
    }
}

extension Logger {
    /// One for workers whose errors are the point of the test.
    static let silent = Logger(label: "silent") { _ in SwiftLogNoOpLogHandler() }
}
