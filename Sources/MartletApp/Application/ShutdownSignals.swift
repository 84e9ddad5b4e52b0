import MartletServices
import MartletTasks
import ServiceLifecycle
import UnixSignals

/// What signals do to a process, also to the first one of a container, which has no handlers of its own.
///
/// The first SIGTERM or SIGINT stops it: readiness turns red, then workers stop as ``ShutdownStage/warm`` says, then
/// servers. Each further one takes the workers to the next stage. SIGQUIT is a cold stop.
struct ShutdownSignals: Sendable {
    let signals: UnixSignalsSequence
    let health: Health
    let workers: [Worker]

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
                for await signal in signals {
                    health.drain()
                    for worker in workers { signal == .sigquit ? worker.stop(.cold) : worker.stopFurther() }
                    await services.triggerGracefulShutdown()
                }
            }
            try await services.run()
            group.cancelAll()
        }
    }
}
