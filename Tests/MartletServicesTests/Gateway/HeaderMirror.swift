import Foundation
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// A server of its own that answers every request with the headers it got, as JSON.
enum HeaderMirror {
    static func run(_ body: @escaping @Sendable (_ url: String) async throws -> Void) async throws {
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let router = Router()
        router.get("**") { request, _ in
            let fields = request.headers.map { ($0.name.canonicalName, $0.value) }
            let bytes = try JSONEncoder().encode(Dictionary(fields, uniquingKeysWith: { $0 + ", " + $1 }))
            return Response(status: .ok, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        }
        let application = Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in
                continuation.yield(channel.localAddress?.port ?? 0)
                continuation.finish()
            },
            logger: .silent)
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [application], logger: .silent))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let port = await ports.first { _ in true } ?? 0
            try await body("http://127.0.0.1:\(port)")
            await group.triggerGracefulShutdown()
        }
    }
}
