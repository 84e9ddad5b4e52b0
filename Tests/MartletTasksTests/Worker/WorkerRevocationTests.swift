import Foundation
import MartletTasks
import MartletTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct WorkerRevocationTests {
    let bench = Bench(wrap: { ScriptedBroker($0) })
    private let gate = Gate()

    private var broker: any RevokingBroker {
        get throws { try #require(bench.client.broker as? any RevokingBroker) }
    }

    private var registry: TaskRegistry {
        var registry = TaskRegistry()
        let gate = gate
        registry.register("t") {
            gate.arrive()
            try await Task.sleep(for: .seconds(3600))
        }
        registry.register("quick") {}
        return registry
    }

    private func revocation(_ id: String, terminates: Bool = false) -> Revocation {
        Revocation(.task(id), terminates: terminates, expires: .distantFuture)
    }

    @Test func revokedTaskIsNotRunAndFailsWhatFollows() async throws {
        let chained = try bench.client.prepare(
            Signature<Void>(task: "quick") | Signature<Void>(task: "quick"), taskID: "last")
        let first = try #require(chained.messages.first)
        try await broker.revoke([revocation(first.id)])
        try await bench.broker.publish(chained.messages)
        try await bench.run(registry) { (_: Worker) async throws -> Void in
            await #expect { try await chained.result.value() } throws: { ($0 as? TaskError)?.code == .taskRevoked }
        }
        #expect(try await bench.results.fetch([first.id])[first.id]?.failure?.text == "revoked")
    }

    @Test func terminatingRevocationCancelsWhatRuns() async throws {
        try await bench.run(registry) { (_: Worker) async throws -> Void in
            let result = try await bench.client.send("t")
            await gate.waitForArrival()
            try await broker.revoke([revocation("another", terminates: true)])
            try await broker.revoke([revocation(result.id, terminates: true)])
            await #expect { try await result.value() } throws: {
                ($0 as? TaskError)?.code == .taskRevoked && ($0 as? TaskError)?.failure?.text == "terminated"
            }
        }
    }
}
