import Foundation
import MartletTasks
import MartletTesting
import Testing

@Suite(.timeLimit(.minutes(1))) struct WorkerTimeLimitTests {
    let clock = VirtualClock()
    let bench: Bench
    private let gate = Gate()
    private let call = Signature<Int>(task: "t")

    init() { bench = Bench(time: clock.time) }

    private func registry(_ run: @escaping @Sendable () async throws -> Int) -> TaskRegistry {
        var registry = TaskRegistry()
        let gate = gate
        registry.register("t", options: TaskOptions(timeLimit: .seconds(20), softTimeLimit: .seconds(10))) {
            gate.arrive()
            return try await run()
        }
        return registry
    }

    private func failureType(of result: AsyncResult<Int>) async throws -> String? {
        do {
            _ = try await result.value()
            return nil
        } catch let error as TaskError { return error.failure?.type }
    }

    @Test func softTimeLimitCancels() async throws {
        try await bench.run(registry { try await Task.sleep(for: .seconds(3600)); return 0 }) { (_: Worker) async throws -> Void in
            let result = try await bench.client.enqueue(call)
            await gate.waitForArrival()
            await clock.waitForSleepers(4)
            clock.advance(by: .seconds(10))
            #expect(try await failureType(of: result) == "SoftTimeLimitExceeded")
        }
    }

    @Test func taskMayCatchTheSoftTimeLimitAndSucceed() async throws {
        let registry = registry {
            do { try await Task.sleep(for: .seconds(3600)) } catch { return 7 }
            return 0
        }
        try await bench.run(registry) { (_: Worker) async throws -> Void in
            let result = try await bench.client.enqueue(call)
            await gate.waitForArrival()
            await clock.waitForSleepers(4)
            clock.advance(by: .seconds(10))
            #expect(try await result.value() == 7)
        }
    }

    @Test func taskThatIgnoresBothLimitsIsReportedAndKeepsItsPlace() async throws {
        let release = Gate()
        let registry = registry {
            await release.pass()
            return 1
        }
        let options = WorkerOptions(pool: .concurrent(1), drainTimeout: .milliseconds(200))
        try await bench.run(registry, options: options) { (_: Worker) async throws -> Void in
            let result = try await bench.client.enqueue(call)
            await gate.waitForArrival()
            await clock.waitForSleepers(4)
            clock.advance(by: .seconds(10))
            clock.advance(by: .seconds(10))
            await clock.waitForSleepers(3)
            clock.advance(by: .seconds(1))
            #expect(try await failureType(of: result) == "TimeLimitExceeded")
            let next = try await bench.client.enqueue(call)
            #expect(try await next.state() == .pending)
            release.open()
            await gate.waitForArrival()
            release.open()
            #expect(try await next.value() == 1)
        }
    }
}
