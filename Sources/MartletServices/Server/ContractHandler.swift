import HTTPTypes
import Hummingbird
import MartletTasks
import NIOCore

/// Answers the requests that are calls of a contract: finds the route, reads parameters and body, calls, answers.
struct ContractHandler: Sendable {
    private var table = RouteTable<ContractRoute>()
    private let bodyLimit: Int

    /// Collects the routes of all mounts.
    ///
    /// - Throws: ``ServiceError`` with code `misconfigured` when two routes have the same method and path.
    init(_ mounts: [ServiceMount], bodyLimit: Int) throws {
        self.bodyLimit = bodyLimit
        for mount in mounts {
            for route in mount.routes {
                let path = PathTemplate(mount.prefix + route.endpoint.path.description)
                guard let other = table.add(route, route.endpoint.method.request, path) else { continue }
                throw ServiceError(
                    .misconfigured,
                    "\(route.endpoint) and \(other.endpoint) are both served at \(route.endpoint.method.rawValue) \(path). "
                        + "Serve one of them below a prefix of its own.")
            }
        }
    }

    /// Answers a request, or returns `nil` when no route has its path.
    ///
    /// - Throws: ``ServiceError`` with status 405 when only other methods exist, 413 when the body is too large, and
    ///   whatever the implementation throws.
    func respond(to request: Request) async throws -> Response? {
        let isHead = request.method == .head
        switch table.match(isHead ? .get : request.method, request.uri.path) {
        case .none:
            return nil
        case .otherMethods(let methods):
            let allowed = methods.map(\.rawValue).joined(separator: ", ")
            throw ServiceError(
                .methodNotAllowed,
                "\(request.method.rawValue) is not possible on \(request.uri.path); \(allowed) is.",
                extensions: ["allow": .array(methods.map { .string($0.rawValue) })])
        case .found(let route, let values):
            var call = ContractRequest(route.endpoint)
            call.pathValues = values
            call.queryItems = try Self.queryItems(request.uri.query ?? "")
            call.content = try await body(of: request, route.endpoint)
            let response = try await route.respond(call)
            return Response(response, isHead: isHead)
        }
    }

    static func queryItems(_ query: String) throws -> [ContractRequest.QueryItem] {
        try query.split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let texts = parts.map { PercentCoding.decode($0.replacing("+", with: " ")) }
            guard let name = texts[0], let value = texts.count > 1 ? texts[1] : "" else {
                throw ServiceError(
                    .badRequest, "The query part '\(pair.prefix(100))' is not percent-encoded UTF-8. Encode it.")
            }
            return ContractRequest.QueryItem(name, value)
        }
    }

    private func body(of request: Request, _ endpoint: Endpoint) async throws -> ContractFile? {
        let limit = endpoint.bodyLimit ?? bodyLimit
        func tooLarge(_ size: String) -> ServiceError {
            ServiceError(
                .contentTooLarge, "The body is \(size); \(endpoint) takes \(limit) bytes at most.",
                extensions: ["limit": .integer(limit)])
        }
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw tooLarge("\(length) bytes")
        }
        do {
            let buffer = try await request.body.collect(upTo: limit)
            guard buffer.readableBytes > 0 else { return nil }
            return ContractFile(
                contentType: request.headers[.contentType] ?? "",
                bytes: Array(buffer.readableBytesView),
                filename: request.headers[.contentDisposition].flatMap(ContractFile.filename(inDisposition:)))
        } catch is NIOTooManyBytesError {
            throw tooLarge("larger")
        }
    }
}

extension Response {
    /// A contract's answer as HTTP.
    init(_ response: ContractResponse, isHead: Bool = false) {
        var headers = HTTPFields()
        var body = ResponseBody()
        if let file = response.body {
            headers[.contentType] =
                HTTPField.isValidValue(file.contentType) ? file.contentType : "application/octet-stream"
            if let disposition = file.disposition { headers[.contentDisposition] = disposition }
            headers[.contentLength] = "\(file.bytes.count)"
            if !isHead { body = ResponseBody(byteBuffer: ByteBuffer(bytes: file.bytes)) }
        }
        self.init(status: HTTPResponse.Status(code: response.status), headers: headers, body: body)
    }

    /// An error as a problem document, with the header `Allow` where 405 demands it.
    init(_ document: ProblemDocument) {
        self.init(ContractResponse.problem(document))
        if document.error.status == 405, case .array(let methods)? = document.error.extensions["allow"] {
            headers[.allow] = methods.compactMap(\.stringValue).joined(separator: ", ")
        }
    }
}
