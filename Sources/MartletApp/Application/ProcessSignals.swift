import Logging
import MartletServices
import MartletTasks
import ServiceLifecycle
import Synchronization
import UnixSignals

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// What signals do to a process, also to the first one of a container, which has no handlers of its own.
///
/// | signal | what it does |
/// | --- | --- |
/// | SIGTERM, SIGINT | stops: readiness turns red, then workers stop as ``ShutdownStage/warm`` says, then servers; each further one takes the workers to the next stage |
/// | SIGQUIT | a cold stop; SIGTERM too with the setting `REMAP_SIGTERM=SIGQUIT` |
/// | SIGHUP | a warm stop, then the program is started anew in the same process; at a terminal, which is being closed then, only the stop |
/// | SIGUSR1 | workers tell in the log what they run |
final class ProcessSignals: Sendable {
    private struct State {
        var isStopping = false
        var restarts = false
    }

    private let signals: UnixSignalsSequence
    private let health: Health
    private let workers: [Worker]
    private let isTermCold: Bool
    private let isAtTerminal = isatty(STDIN_FILENO) == 1
    private let state = Mutex(State())

    /// Begins to catch the signals.
    ///
    /// - Throws: `ServiceError` with code `misconfigured` when `REMAP_SIGTERM` is another signal than SIGQUIT.
    init(settings: ApplicationSettings, health: Health, workers: [Worker]) async throws {
        self.health = health
        self.workers = workers
        isTermCold = try settings.remapsTermination()
        signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sigquit, .sighup, .sigusr1)
    }

    /// Whether the program is to be started anew now that it has stopped.
    var restarts: Bool { state.withLock(\.restarts) }

    /// Runs services until they have ended, and passes on the signals meanwhile.
    func run(_ services: ServiceGroup) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                for await signal in self.signals {
                    if signal == .sigusr1 {
                        for worker in self.workers { worker.logRunningTasks() }
                        continue
                    }
                    self.health.drain()
                    self.note(signal)
                    for worker in self.workers { self.stop(worker, signal) }
                    await services.triggerGracefulShutdown()
                }
            }
            try await services.run()
            group.cancelAll()
        }
    }

    private func note(_ signal: UnixSignal) {
        state.withLock { state in
            state.restarts = signal == .sighup && !isAtTerminal && (state.restarts || !state.isStopping)
            state.isStopping = true
        }
    }

    private func stop(_ worker: Worker, _ signal: UnixSignal) {
        let isCold = signal == .sigquit || (signal == .sigterm && isTermCold)
        switch signal {
        case .sighup: worker.stop()
        case _ where isCold: worker.stop(.cold)
        default: worker.stopFurther()
        }
    }

    /// The service as a member of the group: a worker that a signal has stopped does not end before the group's
    /// shutdown has come to it, which the group would take for a failure.
    func member(_ service: any Service) -> ServiceGroupConfiguration.ServiceConfiguration {
        guard let worker = service as? Worker else { return .init(service: service) }
        let stoppable = Stoppable(worker: worker) { self.state.withLock(\.isStopping) }
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
