import MartletTasks
import MartletTesting
import Testing

@Suite struct MemoryBrokerTests {
    @Test func keepsThePromisesOfABroker() async throws { try await exerciseBroker { MemoryBroker(time: $0) } }

    @Test func keepsThePromisesOfAResultBackend() async throws {
        try await exerciseResultBackend { MemoryResultBackend(time: $0) }
    }
}
