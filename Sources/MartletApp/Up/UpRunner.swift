import AsyncHTTPClient
import Foundation
import MartletServices
import NIOCore
import NIOHTTP1
import ServiceLifecycle
import Synchronization

/// Performs what the ``Supervisor`` decides, until everything has stopped.
struct UpRunner: Service {
    /// The file that is executed: this one.
    var executable: String
    var application: String
    var dataDirectory: String
    var plans: [ProcessPlan]
    var log: MergedLog
    /// How long a process may take to become ready.
    var readyTimeout: Duration = .seconds(60)
    /// How long a process may take to stop before it is killed; longer than a worker drains.
    var stopTimeout: Duration = .seconds(35)

    /// Runs all processes.
    ///
    /// - Throws: ``ProcessesFailed`` when they could not be started.
    func run() async throws {
        let (events, continuation) = AsyncStream.makeStream(of: Supervisor.Event.self)
        let code = await withGracefulShutdownHandler {
            await withTaskCancellationHandler {
                await loop(events, continuation)
            } onCancel: {
                continuation.yield(.stop)
            }
        } onGracefulShutdown: {
            continuation.yield(.stop)
        }
        UpFile.remove(in: dataDirectory)
        guard code == 0 else { throw ProcessesFailed(code: code) }
    }

    private func loop(
        _ events: AsyncStream<Supervisor.Event>, _ continuation: AsyncStream<Supervisor.Event>.Continuation
    ) async -> Int32 {
        var supervisor = Supervisor(plans.map { ($0.name, $0.role) })
        var children: [String: ChildProcess] = [:]
        var code: Int32 = 0
        continuation.yield(.begin)
        await withDiscardingTaskGroup { tasks in
            for await event in events {
                if case .exited(let name, _, _) = event { children[name] = nil }
                for action in supervisor.handle(event) {
                    switch action {
                    case .start(let name): start(name, &children, continuation)
                    case .terminate(let name): children[name]?.terminate()
                    case .kill(let name): children[name]?.kill()
                    case .say(let text): log.line(text, from: "up")
                    case .save: save(supervisor)
                    case .awaitReady(let name):
                        tasks.addTask { continuation.yield(await readiness(of: name)) }
                    case .rest(let name, let duration):
                        tasks.addTask { await later(duration) { continuation.yield(.restOver(name)) } }
                    case .awaitStop(let role):
                        tasks.addTask { await later(stopTimeout) { continuation.yield(.stopOverdue(role)) } }
                    case .finish(let final):
                        code = final
                        continuation.finish()
                        tasks.cancelAll()
                    }
                }
            }
        }
        return code
    }

    private func start(
        _ name: String, _ children: inout [String: ChildProcess],
        _ continuation: AsyncStream<Supervisor.Event>.Continuation
    ) {
        guard let plan = plans.first(where: { $0.name == name }) else { return }
        do {
            let environment = ProcessInfo.processInfo.environment.merging(plan.environment) { $1 }
            let child = try ChildProcess(
                executable: executable, arguments: plan.arguments, environment: environment,
                onLine: { [log] line in log.line(line, from: name) },
                onExit: { status, uptime in continuation.yield(.exited(name, status, uptime: uptime)) })
            children[name] = child
            continuation.yield(.started(name, pid: child.pid))
        } catch {
            continuation.yield(.notStarted(name, reason: "\(error)"))
        }
    }

    /// Asks `/readyz` until it says yes, or the time is over.
    private func readiness(of name: String) async -> Supervisor.Event {
        guard let plan = plans.first(where: { $0.name == name }) else { return .neverReady(name, reason: "unknown") }
        let deadline = ContinuousClock.now + readyTimeout
        var reason = "it does not answer at \(plan.url)/readyz"
        while ContinuousClock.now < deadline, !Task.isCancelled {
            let request = HTTPClientRequest(url: plan.url + "/readyz")
            if let response = try? await ServiceHTTPClient.shared.execute(request, timeout: .seconds(3)) {
                let body = try? await response.body.collect(upTo: 65536)
                if response.status.code == 200 { return .ready(name) }
                reason = body.map { String(buffer: $0) } ?? reason
            }
            try? await Task.sleep(for: .milliseconds(50))
        }
        return .neverReady(name, reason: reason)
    }

    private func later(_ duration: Duration, _ body: @Sendable () -> Void) async {
        guard (try? await Task.sleep(for: duration)) != nil else { return }
        body()
    }

    private func save(_ supervisor: Supervisor) {
        let processes = zip(plans, supervisor.members).map { plan, member in
            UpFile.Process(
                name: plan.name, role: "\(plan.role)", state: "\(member.state)", pid: member.pid, port: plan.port,
                url: plan.url, restarts: member.restarts)
        }
        let file = UpFile(
            application: application, pid: ProcessInfo.processInfo.processIdentifier,
            gateway: plans.first { $0.role == .gateway }?.url, processes: processes)
        do {
            try file.write(in: dataDirectory)
        } catch {
            log.line("up.json cannot be written: \(error)", from: "up")
        }
    }
}

/// The processes of `up` could not be started; what was wrong stands in the log.
struct ProcessesFailed: Error {
    /// The exit code of the one that failed first.
    let code: Int32
}
