import HTTPTypes
import Hummingbird
import Logging
import MartletTasks
import ServiceContextModule

/// The way of a request through a server: request id, log, health, contract, gateway; an error becomes a problem.
struct ServiceResponder: HTTPResponder {
    typealias Context = ServiceRequestContext

    let contracts: ContractHandler
    let gateway: Gateway?
    let health: Health
    let log: AccessLog
    let scope: (@Sendable (_ request: () async throws -> Void) async throws -> Void)?

    func respond(to request: Request, context: Context) async throws -> Response {
        let id = RequestID.accepting(HTTPField.Name(RequestID.headerName).flatMap { request.headers[$0] })
        var serviceContext = ServiceContext.current ?? .topLevel
        serviceContext.requestID = id
        return await ServiceContext.withValue(serviceContext) {
            let started = ContinuousClock.now
            var response = await answer(request, context, id)
            if let name = HTTPField.Name(RequestID.headerName) { response.headers[name] = id }
            log.answered(request, response.status, id, ContinuousClock.now - started)
            return response
        }
    }

    /// Answers; every error becomes a problem document here and nowhere else.
    private func answer(_ request: Request, _ context: Context, _ id: String) async -> Response {
        do {
            return try await route(request, context)
        } catch {
            var (document, isHidden) = ProblemDocument.describing(error)
            if isHidden { log.failed(request, id, error) }
            if document.error.instance == nil { document.error.instance = "urn:martlet:request:\(id)" }
            return Response(document)
        }
    }

    /// Answers a request to a contract, within what the server's options put around it.
    private func call(_ request: Request) async throws -> Response? {
        guard let scope else { return try await contracts.respond(to: request) }
        var response: Response?
        try await scope { response = try await contracts.respond(to: request) }
        return response
    }

    private func route(_ request: Request, _ context: Context) async throws -> Response {
        switch request.uri.path {
        case "/livez" where request.method == .get: return health.live()
        case "/readyz" where request.method == .get: return await health.ready()
        default: break
        }
        if let response = try await call(request) { return response }
        if let gateway { return try await gateway.respond(to: request, from: context.remoteAddress) }
        throw ServiceError(.notFound, "There is nothing at \(request.uri.path.prefix(200)).")
    }
}
