import MartletServices
import MartletTasks
import ServiceLifecycle
import Synchronization
import UnixSignals

/// What signals do to a process, also to the first one of a container, which has no handlers of its own.
///
/// The first SIGTERM or SIGINT stops it: readiness turns red, then workers stop as ``ShutdownStage/warm`` says, then
/// servers. Each further one takes the workers to the next stage. SIGQUIT is a cold stop.
final class ShutdownSignals: Sendable {
    private let signals: UnixSignalsSequence
    private let health: Health
    private let workers: [Worker]
    private let isStopping = Mutex(false)

    /// Begins to catch the signals.
    init(health: Health, workers: [Worker]) async {
        self.health = health
        self.workers = workers
        signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sigquit)
    }

    /// Runs services until they have ended, and passes on the signals meanwhile.
    func run(_ services: ServiceGroup) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await signal in self.signals {
                    self.health.drain()
                    self.isStopping.withLock { $0 = true }
                    for worker in self.workers { signal == .sigquit ? worker.stop(.cold) : worker.stopFurther() }
                    await services.triggerGracefulShutdown()
                }
            }
            try await services.run()
            group.cancelAll()
        }
    }

    /// The service as a member of the group: a worker that a signal has stopped does not end before the group's
    /// shutdown has come to it, which the group would take for a failure.
    func member(_ service: any Service) -> ServiceGroupConfiguration.ServiceConfiguration {
        guard let worker = service as? Worker else { return .init(service: service) }
        let stoppable = Stoppable(worker: worker) { self.isStopping.withLock(\.self) }
        return .init(service: stoppable, successTerminationBehavior: .gracefullyShutdownGroup)
    }

    private struct Stoppable: Service {
        let worker: Worker
        let isStopping: @Sendable () -> Bool

        func run() async throws {
            try await worker.run()
            if isStopping() { try? await gracefulShutdown() }
        }
    }
}
