import MartletServices
import Testing

@testable import MartletApp

@Suite struct FreePortsTests {
    @Test func `each request gets a port of its own`() async throws {
        let ports = try await FreePorts.resolve([("a", 0), ("b", 0), ("c", 0)])
        #expect(Set(ports).count == 3)
        #expect(ports.allSatisfy { $0 > 0 })
    }

    @Test func `a port asked for twice is taken, and the setting is named`() async throws {
        let free = try await FreePorts.resolve([("a", 0)])[0]
        let error = await #expect(throws: ServiceError.self) {
            try await FreePorts.resolve([("a", free), ("time-entries", free)])
        }
        #expect(error?.code == .addressInUse)
        #expect(error?.message.contains("Port \(free) of 'time-entries' is taken") == true)
        #expect(error?.message.contains("TIME_ENTRIES_PORT") == true)
    }
}
