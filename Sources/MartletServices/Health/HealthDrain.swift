public import ServiceLifecycle

/// Turns readiness red when shutdown begins; put it last into a `ServiceGroup`, which stops its services last first.
public struct HealthDrain: Service {
    private let health: Health
    private let delay: Duration

    /// Drains a health.
    ///
    /// - Parameter delay: How long the services before this one go on after readiness has turned red; zero by default.
    public init(_ health: Health, delay: Duration = .zero) {
        self.health = health
        self.delay = delay
    }

    /// Waits for shutdown.
    public func run() async throws {
        try? await gracefulShutdown()
        health.drain()
        if delay > .zero { try? await Task.sleep(for: delay) }
    }
}
