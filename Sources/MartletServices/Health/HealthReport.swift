import MartletTasks

/// The outcome of all health checks of a process.
public struct HealthReport: Sendable, Hashable {
    /// The outcome of one check.
    public struct Component: Sendable, Hashable {
        /// The check's name.
        public var name: String
        /// What is wrong; `nil` when nothing is.
        public var failure: String?
    }

    /// Whether the process is about to stop.
    public var isDraining: Bool

    /// The checks in the order they were registered.
    public var components: [Component]

    /// Whether the process can take work.
    public var isReady: Bool { !isDraining && components.allSatisfy { $0.failure == nil } }

    var json: JSONValue {
        let checks = components.map { component -> (String, JSONValue) in
            var entry: [String: JSONValue] = ["status": component.failure == nil ? "ready" : "failed"]
            if let failure = component.failure { entry["detail"] = .string(failure) }
            return (component.name, .object(entry))
        }
        return [
            "status": isDraining ? "draining" : isReady ? "ready" : "not ready",
            "checks": .object(Dictionary(checks, uniquingKeysWith: { $1 })),
        ]
    }
}
