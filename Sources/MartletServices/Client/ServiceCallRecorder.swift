import MartletTasks
import Synchronization

/// Counts the calls to other services that a piece of code makes.
///
/// ```swift
/// let recorder = ServiceCallRecorder()
/// try await recorder.recording { try await page() }
/// #expect(recorder.calls.count == 2)
/// ```
public final class ServiceCallRecorder: Sendable {
    private let recorded = Mutex<[Endpoint]>([])

    /// Makes a recorder that has seen nothing.
    public init() {}

    /// The calls so far, in the order they began.
    public var calls: [Endpoint] { recorded.withLock { $0 } }

    /// Runs `body` and records the calls made in it and in its child tasks.
    public func recording<Output>(_ body: () async throws -> Output) async rethrows -> Output {
        try await Self.$current.withValue(self, operation: body)
    }

    @TaskLocal static var current: ServiceCallRecorder?

    /// Makes a call, which the recorder and the `CallObserver` of the task are told of.
    static func observing<Output>(_ endpoint: Endpoint, _ call: () async throws -> Output) async throws -> Output {
        current?.record(endpoint)
        return try await CallObserver.observing("\(endpoint)", call)
    }

    private func record(_ endpoint: Endpoint) {
        recorded.withLock { $0.append(endpoint) }
    }
}
