import AsyncHTTPClient
import Foundation
import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle

@testable import MartletServices

/// Runs a server on a free port for the duration of `body`, then shuts it down gracefully.
func withServer<Output: Sendable>(
    _ mounts: [ServiceMount], gateway: Gateway? = nil, health: Health = Health(),
    options: ServiceServer.Options = ServiceServer.Options(), logger: Logger = .silent,
    _ body: @escaping @Sendable (TestServer) async throws -> Output
) async throws -> Output {
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let server = try ServiceServer(
        mounts, gateway: gateway, health: health, options: options, logger: logger,
        onRunning: { port in
            continuation.yield(port)
            continuation.finish()
        })
    let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [server], logger: .silent))
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask {
            defer { continuation.finish() }
            try await group.run()
        }
        guard let port = await ports.first(where: { _ in true }) else {
            try await tasks.waitForAll()
            throw CancellationError()
        }
        let output: Result<Output, any Error>
        do {
            output = .success(try await body(TestServer(url: "http://127.0.0.1:\(port)")))
        } catch {
            output = .failure(error)
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
        return try output.get()
    }
}

/// A server that runs, for requests no typed client would send.
struct TestServer: Sendable {
    let url: String

    struct Answer: Sendable {
        var status: Int
        var headers: [String: String]
        var bytes: [UInt8]

        var text: String { String(decoding: bytes, as: UTF8.self) }
        var problem: ServiceError? {
            headers["content-type"] == "application/problem+json"
                ? ProblemDocument(bytes: bytes, status: status)?.error : nil
        }
    }

    func send(
        _ method: String, _ path: String, headers: [(String, String)] = [], body: [UInt8]? = nil
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url + path)
        request.method = .init(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await ServiceHTTPClient.shared.execute(request, timeout: .seconds(20))
        let buffer = try await response.body.collect(upTo: 64 << 20)
        return Answer(
            status: Int(response.status.code),
            headers: Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 }),
            bytes: Array(buffer.readableBytesView))
    }

    func json(_ method: String, _ path: String, _ text: String) async throws -> Answer {
        try await send(method, path, headers: [("content-type", "application/json")], body: Array(text.utf8))
    }
}

extension Logger {
    /// A logger that says nothing.
    static let silent = Logger(label: "silent") { _ in SwiftLogNoOpLogHandler() }
}
