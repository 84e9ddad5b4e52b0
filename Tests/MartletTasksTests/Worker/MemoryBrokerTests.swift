import Foundation
import MartletTasks
import MartletTesting
import Synchronization
import Testing

@Suite struct MemoryBrokerTests {
    @Test func keepsThePromisesOfABroker() async throws { try await exerciseBroker { MemoryBroker(time: $0) } }

    @Test func keepsThePromisesOfAResultBackend() async throws {
        try await exerciseResultBackend { MemoryResultBackend(time: $0) }
    }

    @Test func receiverNoticesADateThatIsPutForward() async throws {
        let clock = VirtualClock()
        let skew = Mutex(0.0)
        let broker = MemoryBroker(
            time: TimeSource(clock: clock) { clock.date.addingTimeInterval(skew.withLock(\.self)) })
        let eta = clock.date.addingTimeInterval(86_400)
        try await broker.publish([
            WireMessage(id: "later", queue: "q", eta: eta, headers: [], properties: [], body: [])
        ])
        async let received = broker.receive(from: ["q"], limit: 1, lease: .seconds(30))
        await clock.waitForSleepers()
        skew.withLock { $0 += 86_400 }
        clock.advance(by: .seconds(30))
        #expect(try await received.map(\.message.id) == ["later"])
    }

    @Test func messagesThatComeLateStartNoOfterThanTheirLimit() async throws {
        let clock = VirtualClock()
        let broker = MemoryBroker(time: clock.time)
        let limits = [KeyedLimit(key: "k", kind: .rate("1/m"))]
        try await broker.publish(
            (0..<6).map { WireMessage(id: "\($0)", queue: "q", headers: [], properties: [], body: []) })
        var starts: [Date] = []
        func start() async throws {
            guard try await broker.depth(of: "q").ready > 0 else { return }
            for delivery in try await broker.receive(from: ["q"], limit: 10, lease: .seconds(30)) {
                guard try await broker.acquire(limits, for: delivery.receipt) == .granted else { continue }
                starts.append(clock.date)
                try await broker.settle([Settlement(delivery.receipt, .acknowledge)])
            }
        }
        try await start()
        // Nobody receives for a while: when somebody does, three starts have passed.
        clock.advance(by: .seconds(190))
        for _ in 0..<60 {
            try await start()
            clock.advance(by: .seconds(10))
        }
        #expect(starts.count == 6)
        for (start, next) in zip(starts, starts.dropFirst()) { #expect(next.timeIntervalSince(start) >= 60) }
    }
}
