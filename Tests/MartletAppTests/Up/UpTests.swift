import AsyncHTTPClient
import Foundation
import MartletServices
import NIOCore
import ServiceContextModule
import Testing

@testable import MartletApp

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// `up` with real processes of the test application.
@Suite(.serialized) struct UpTests {
    /// Calls a member of the test application's contracts through the gateway.
    private func call(_ path: String, of service: String, at gateway: String) async throws -> Int {
        let request = ContractRequest(Endpoint(service, path, .post, PathTemplate("/" + path)))
        return try await HTTPTransport(service: service, url: "\(gateway)/\(service)").call(request, [])
    }

    @Test(.timeLimit(.minutes(2)))
    func `all is started, a killed process comes back, and all stops in order`() async throws {
        try await withTemporaryFolder { folder in
            let up = try TestProcess(["up"], in: folder)
            try await up.line(with: "all 4 processes are ready")
            let before = try up.file()
            #expect(before.isReady)
            #expect(before.processes.map(\.name) == ["counter", "shop", "gateway", "worker"])
            let gateway = try #require(before.gateway)
            let total = try await call("add/41", of: "counter", at: gateway)
            #expect(total == 41)
            let sold = try await call("sell", of: "shop", at: gateway)
            #expect(sold == 42)

            kill(try #require(before["counter"]?.pid), SIGKILL)
            try await up.line(with: "counter ended with signal 9; starting it again")
            try await up.line(with: "counter is ready again")
            let after = try up.file()
            #expect(after["counter"]?.restarts == 1)
            #expect(after["counter"]?.pid != before["counter"]?.pid)
            #expect(after["counter"]?.port == before["counter"]?.port)
            let again = try await call("sell", of: "shop", at: gateway)
            #expect(again == 43)

            up.child.terminate()
            for name in ["worker", "gateway"] { try await up.line(with: "\(name) has stopped") }
            #expect(await up.exitStatus() == .code(0))
            #expect(try UpFile.read(in: folder) == nil)
        }
    }

    @Test(.timeLimit(.minutes(2)), arguments: [["up"], ["serve", "--migrate", "--work"]])
    func `a background member runs with the request id of its caller`(_ arguments: [String]) async throws {
        try await withTemporaryFolder { folder in
            let app = try TestProcess(arguments, in: folder, environment: ["LOG_FORMAT": "logfmt"])
            let gateway: String
            if arguments == ["up"] {
                try await app.line(with: "all 4 processes are ready")
                gateway = try #require(try app.file().gateway)
            } else {
                let line = try await app.line(with: "msg=listening")
                gateway = String(try #require(line.firstMatch(of: /url=(\S+)/)?.output.1))
            }

            var context = ServiceContext.topLevel
            context.requestID = "from-the-caller"
            _ = try await ServiceContext.withValue(context) {
                try await call("add-in-background/5", of: "counter", at: gateway)
            }

            let line = try await app.line(with: "task succeeded")
            #expect(line.contains("task=counter.addLater") && line.contains("request_id=from-the-caller"))
            #expect(try await call("add/0", of: "counter", at: gateway) == 5)
            app.child.terminate()
            #expect(await app.exitStatus() == .code(0))
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `no process outlives an up that is killed`() async throws {
        try await withTemporaryFolder { folder in
            let up = try TestProcess(["up"], in: folder)
            try await up.line(with: "all 4 processes are ready")
            let processes = try up.file().processes
            #expect(processes.count == 4)
            up.child.kill()
            #expect(await up.exitStatus() == .signal(9))
            for process in processes {
                let request = HTTPClientRequest(url: process.url + "/livez")
                while (try? await ServiceHTTPClient.shared.execute(request, timeout: .seconds(5))) != nil {}
            }
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a service that cannot start is said, and its exit code is the exit code of up`() async throws {
        try await withTemporaryFolder { folder in
            let up = try TestProcess(["up"], in: folder, environment: ["COUNTER_BROKEN": "1"])
            try await up.line(with: "COUNTER_BROKEN is set.")
            #expect(await up.exitStatus() == .code(78))
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `a wrong setting ends it before anything is started`() async throws {
        try await withTemporaryFolder { folder in
            let up = try TestProcess(["up"], in: folder, environment: ["SHOP_PORT": "many"])
            try await up.line(with: "SHOP_PORT is 'many', which is not a whole number.")
            #expect(await up.exitStatus() == .code(78))
        }
    }

    @Test(.timeLimit(.minutes(2)))
    func `migrate applies once, and plans before`() async throws {
        try await withTemporaryFolder { folder in
            let plan = try TestProcess(["migrate", "--plan"], in: folder)
            try await plan.line(with: "-- counter: 001-total")
            #expect(await plan.exitStatus() == .code(0))
            let first = try TestProcess(["migrate"], in: folder)
            try await first.line(with: "counter: applied martlet_outbox, 001-total")
            let second = try TestProcess(["migrate"], in: folder)
            try await second.line(with: "counter: up to date")
            let wrong = try TestProcess(["migrate", "nosuch"], in: folder)
            try await wrong.line(with: "There is no service 'nosuch'. The services are: counter, shop.")
            #expect(await wrong.exitStatus() == .code(64))
        }
    }
}
