import Hummingbird
import MartletTasks
import Synchronization

/// What a process says of itself: `/livez` (it runs) and `/readyz` (it can do its work).
///
/// Components register a check; readiness is the conjunction of all. When shutdown begins, readiness turns red first,
/// so that no balancer sends anything new, and then the server stops.
public final class Health: Sendable {
    /// Whether a component can do its work; throws what is wrong.
    public typealias Check = @Sendable () async throws -> Void

    private struct State {
        var checks: [(name: String, check: Check)] = []
        var isDraining = false
    }

    private let state = Mutex(State())
    private let timeout: Duration

    /// Makes a health without checks, which is ready.
    ///
    /// - Parameter timeout: How long a check may take before it counts as failed; 2 seconds by default.
    public init(timeout: Duration = .seconds(2)) {
        self.timeout = timeout
    }

    /// Registers a check; a check of the same name is replaced.
    public func register(_ name: String, _ check: @escaping Check) {
        state.withLock { state in
            state.checks.removeAll { $0.name == name }
            state.checks.append((name, check))
        }
    }

    /// Turns readiness red for good: the process is about to stop.
    public func drain() {
        state.withLock { $0.isDraining = true }
    }

    /// Runs all checks at once and reports.
    public func report() async -> HealthReport {
        let (checks, isDraining) = state.withLock { ($0.checks, $0.isDraining) }
        let results = await withTaskGroup(of: (Int, HealthReport.Component).self) { group in
            for (index, entry) in checks.enumerated() {
                group.addTask { [timeout] in (index, await Self.run(entry.name, entry.check, timeout)) }
            }
            var results: [(Int, HealthReport.Component)] = []
            for await result in group { results.append(result) }
            return results.sorted { $0.0 < $1.0 }.map(\.1)
        }
        return HealthReport(isDraining: isDraining, components: results)
    }

    private static func run(_ name: String, _ check: @escaping Check, _ timeout: Duration) async
        -> HealthReport.Component
    {
        let failure: String? = await withTaskGroup(of: String?.self) { group in
            group.addTask {
                do {
                    try await check()
                    return nil
                } catch {
                    return "\(error)"
                }
            }
            group.addTask {
                try? await Task.sleep(for: timeout)
                return "no answer within \(timeout)"
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
        return HealthReport.Component(name: name, failure: failure)
    }
}

extension Health {
    func live() -> Response {
        Self.response(200, ["status": "live"])
    }

    func ready() async -> Response {
        let report = await report()
        return Self.response(report.isReady ? 200 : 503, report.json)
    }

    private static func response(_ status: Int, _ json: JSONValue) -> Response {
        Response(
            ContractResponse(
                status: status,
                body: ContractFile(contentType: ContractCoding.contentType, bytes: JSONWriter.bytes(of: json))))
    }
}
