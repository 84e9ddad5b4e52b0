import MartletServices
import NIOCore
import NIOPosix

/// Finds ports for processes that are about to start.
enum FreePorts {
    /// Makes a port of each request: a number is that port if it is free, 0 any free one.
    ///
    /// - Throws: `ServiceError` with code `address-in-use` when a port asked for is taken.
    static func resolve(_ requests: [(name: String, port: Int)]) async throws -> [Int] {
        var held: [any Channel] = []
        var ports: [Int] = []
        var failure: ServiceError?
        for (name, port) in requests {
            do {
                let channel = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                    .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                    .bind(host: "127.0.0.1", port: port).get()
                held.append(channel)
                ports.append(channel.localAddress?.port ?? port)
            } catch {
                failure = ServiceError(
                    .addressInUse,
                    "Port \(port) of '\(name)' is taken: \(error). Set \(ApplicationSettings.variable(name, "port")) to "
                        + "another, or to 0 for any free one.",
                    cause: error)
                break
            }
        }
        for channel in held { try? await channel.close() }
        if let failure { throw failure }
        return ports
    }
}
