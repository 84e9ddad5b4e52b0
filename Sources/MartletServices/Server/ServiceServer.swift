import Hummingbird
public import Logging
import NIOCore
public import ServiceLifecycle

/// The HTTP server of a process: contracts, gateway and health on one port.
///
/// Graceful shutdown turns `/readyz` red, waits for ``Options/drainDelay``, then stops accepting connections and lets
/// the requests that run come to their end.
public struct ServiceServer: Service {
    /// Where and how a server listens.
    public struct Options: Sendable {
        /// The address listened on; 127.0.0.1 by default, so that nothing is open to the network unasked.
        public var host: String = "127.0.0.1"

        /// The port listened on; 0, the default, lets the system choose a free one.
        public var port: Int = 0

        /// The largest request body taken, in bytes, where an endpoint does not say; 2 MiB by default.
        public var bodyLimit: Int = 2 << 20

        /// The time between readiness turning red and the end of accepting; zero by default.
        public var drainDelay: Duration = .zero

        /// Runs around the answering of each request to a contract, in its Swift task, and may set task locals.
        ///
        /// It calls `request` exactly once. What it throws is the request's error, as if the service had thrown it. None
        /// by default; health and the gateway are answered outside of it.
        public var requestScope: (@Sendable (_ request: () async throws -> Void) async throws -> Void)?

        /// The defaults.
        public init() {}
    }

    private let options: Options
    private let responder: ServiceResponder
    private let health: Health
    private let logger: Logger
    private let onRunning: @Sendable (Int) async -> Void

    /// Makes a server of contracts, a gateway, or both.
    ///
    /// - Parameters:
    ///   - mounts: The contracts served.
    ///   - gateway: What answers paths that belong to no contract.
    ///   - onRunning: Called with the port once connections are accepted.
    /// - Throws: ``ServiceError`` with code `misconfigured` when two routes have the same method and path.
    public init(
        _ mounts: [ServiceMount],
        gateway: Gateway? = nil,
        health: Health = Health(),
        options: Options = Options(),
        logger: Logger = Logger(label: "martlet.server"),
        onRunning: @escaping @Sendable (Int) async -> Void = { _ in }
    ) throws {
        self.options = options
        self.health = health
        self.logger = logger
        self.onRunning = onRunning
        responder = ServiceResponder(
            contracts: try ContractHandler(mounts, bodyLimit: options.bodyLimit), gateway: gateway, health: health,
            log: AccessLog(logger: logger), scope: options.requestScope)
    }

    /// Serves until the surrounding task is cancelled or asked to shut down gracefully.
    ///
    /// - Throws: ``ServiceError`` with code `address-in-use` when the address cannot be listened on.
    public func run() async throws {
        let application = Application(
            responder: responder,
            configuration: ApplicationConfiguration(address: .hostname(options.host, port: options.port)),
            onServerRunning: { [onRunning] channel in await onRunning(channel.localAddress?.port ?? 0) },
            logger: Self.quiet(logger))
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [application, HealthDrain(health, delay: options.drainDelay)], logger: Self.quiet(logger)))
        do {
            try await group.run()
        } catch let error as IOError {
            throw ServiceError(
                .addressInUse,
                "The server cannot listen on \(options.host):\(options.port): \(error). Free the port or choose another.",
                cause: error)
        }
    }

    /// Keeps the framework's own messages for those who ask for them.
    private static func quiet(_ logger: Logger) -> Logger {
        var logger = logger
        if logger.logLevel > .debug { logger.logLevel = max(logger.logLevel, .warning) }
        return logger
    }
}
