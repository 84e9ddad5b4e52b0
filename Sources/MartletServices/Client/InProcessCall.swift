/// Calls an implementation in the same process with the semantics of a call over HTTP, without its cost.
///
/// What differs between a call in process and one over HTTP is time: the same errors arrive in both, and an error the
/// contract does not know arrives as 500 in both. The generated stub is made of these calls.
public struct InProcessCall<Service: Sendable>: Sendable {
    private let problems: [any ServiceProblem.Type]
    private let service: @Sendable () throws -> Service

    /// Calls the implementation that `service` finds, at each call.
    public init(_ problems: [any ServiceProblem.Type], _ service: @escaping @Sendable () throws -> Service) {
        self.problems = problems
        self.service = service
    }

    /// Calls one member.
    ///
    /// - Throws: What the caller would catch over HTTP; the original error is the ``ServiceError/cause``.
    public func callAsFunction<Output>(
        _ endpoint: Endpoint, _ body: (Service) async throws -> Output
    ) async throws -> Output {
        try await ServiceCallRecorder.observing(endpoint) { try await call(body) }
    }

    private func call<Output>(_ body: (Service) async throws -> Output) async throws -> Output {
        let service = try service()
        do {
            return try await body(service)
        } catch let error as ServiceError where !ServiceError.Code.withheld.contains(error.code) {
            throw error
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            let (document, isHidden) = ProblemDocument.describing(error)
            let thrown = document.thrown(listed: problems)
            guard isHidden, var hidden = thrown as? ServiceError else { throw thrown }
            hidden.cause = error
            throw hidden
        }
    }
}
