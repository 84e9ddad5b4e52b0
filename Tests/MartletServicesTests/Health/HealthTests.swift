import MartletServices
import MartletTasks
import Testing

@testable import MartletServices

@Suite struct HealthTests {
    private struct Broken: Error, CustomStringConvertible { var description: String { "disk full" } }

    @Test func `a process without checks is live and ready`() async throws {
        try await withServer([]) { server in
            let live = try await server.send("GET", "/livez").text
            #expect(live == #"{"status":"live"}"#)
            let ready = try await server.send("GET", "/readyz")
            #expect(ready.status == 200)
            #expect(ready.headers["content-type"] == "application/json")
        }
    }

    @Test func `a failed check makes it not ready and says why`() async throws {
        let health = Health()
        health.register("database") {}
        health.register("disk") { throw Broken() }
        try await withServer([], health: health) { server in
            let answer = try await server.send("GET", "/readyz")
            #expect(answer.status == 503)
            let json = try JSONParser.parse(answer.bytes)
            #expect(json["status"] == "not ready")
            #expect(json["checks"]?["database"]?["status"] == "ready")
            #expect(json["checks"]?["disk"]?["detail"] == "disk full")
            let live = try await server.send("GET", "/livez")
            #expect(live.status == 200)
            health.register("disk") {}
            let ready = try await server.send("GET", "/readyz")
            #expect(ready.status == 200)
        }
    }

    @Test func `a check that hangs fails in time`() async {
        let health = Health(timeout: .milliseconds(1))
        health.register("slow") { try await Task.sleep(for: .seconds(3600)) }
        #expect(await health.report().components.map(\.failure) == ["no answer within 0.001 seconds"])
    }

    @Test func `a draining process is not ready whatever its checks say`() async {
        let health = Health()
        health.register("database") {}
        health.drain()
        #expect(await !health.report().isReady)
        #expect(await health.report().json["status"] == "draining")
    }
}
