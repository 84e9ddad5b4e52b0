public import AsyncHTTPClient
import HTTPTypes
import Hummingbird
import MartletTasks
import NIOCore
import NIOHTTP1
import ServiceContextModule

/// A reverse proxy before the services: a prefix leads to a service, bodies stream through both ways.
public struct Gateway: Sendable {
    private let routes: [(route: GatewayRoute, url: String)]
    private let client: HTTPClient
    private let timeout: Duration

    /// Makes a gateway.
    ///
    /// - Parameters:
    ///   - routes: The prefixes; of several that fit the longest wins.
    ///   - timeout: The time a service has until its answer begins; 60 seconds by default.
    ///   - url: The URL of a service's root by name.
    /// - Throws: What `url` throws, and ``ServiceError`` with code `misconfigured` for two routes with one prefix.
    public init(
        _ routes: [GatewayRoute],
        timeout: Duration = .seconds(60),
        client: HTTPClient = ServiceHTTPClient.shared,
        url: (String) throws -> String
    ) throws {
        self.client = client
        self.timeout = timeout
        var seen: [String: String] = [:]
        for route in routes {
            if let other = seen.updateValue(route.service, forKey: route.prefix) {
                throw ServiceError(
                    .misconfigured,
                    "The gateway has two routes at \(route.prefix): \(other) and \(route.service). Give one another prefix."
                )
            }
        }
        self.routes = try routes.sorted { $0.prefix.count > $1.prefix.count }
            .map { ($0, try HTTPTransport(service: $0.service, url: url($0.service)).url) }
    }

    func respond(to request: Request, from address: String?) async throws -> Response {
        for (route, url) in routes {
            guard let rest = route.rest(of: request.uri.path) else { continue }
            return try await forward(
                request, from: address, route, url + rest + (request.uri.query.map { "?" + $0 } ?? ""))
        }
        let prefixes = routes.map(\.route.prefix).sorted()
        throw ServiceError(
            .notFound,
            "The gateway has no route for \(request.uri.path.prefix(200)); its prefixes are \(prefixes.joined(separator: ", ")).",
            extensions: ["prefixes": .array(prefixes.map { .string($0) })])
    }

    private func forward(
        _ request: Request, from address: String?, _ route: GatewayRoute, _ url: String
    ) async throws -> Response {
        var outgoing = HTTPClientRequest(url: url)
        outgoing.method = HTTPMethod(rawValue: request.method.rawValue)
        outgoing.headers = forwardedHeaders(request, from: address, route)
        if let length = request.headers[.contentLength].flatMap({ Int64($0) }) {
            if length > 0 { outgoing.body = .stream(request.body, length: .known(length)) }
        } else if request.headers.contains(.transferEncoding) {
            outgoing.body = .stream(request.body, length: .unknown)
        }
        let incoming: HTTPClientResponse
        do {
            incoming = try await client.execute(outgoing, timeout: TimeAmount(timeout))
        } catch is CancellationError {
            throw CancellationError()
        } catch let error as HTTPClientError where [.deadlineExceeded, .readTimeout].contains(error) {
            throw ServiceError(
                .timeout, "The service '\(route.service)' at \(url) did not answer within \(timeout).", cause: error)
        } catch {
            throw ServiceError(
                .unreachable, "The service '\(route.service)' at \(url) cannot be reached: \(error).", cause: error)
        }
        return response(incoming, isHead: request.method == .head)
    }

    private func forwardedHeaders(_ request: Request, from address: String?, _ route: GatewayRoute) -> HTTPHeaders {
        var headers = HTTPHeaders()
        for field in HopByHopHeaders.removed(from: request.headers) where field.name != .contentLength {
            headers.add(name: field.name.rawName, value: field.value)
        }
        headers.remove(name: "host")
        headers.remove(name: "expect")
        if let address {
            let before = headers["x-forwarded-for"]
            headers.replaceOrAdd(name: "x-forwarded-for", value: (before + [address]).joined(separator: ", "))
        }
        if let host = request.head.authority { headers.replaceOrAdd(name: "x-forwarded-host", value: host) }
        if !headers.contains(name: "x-forwarded-proto") {
            headers.add(name: "x-forwarded-proto", value: request.head.scheme ?? "http")
        }
        headers.replaceOrAdd(name: "x-forwarded-prefix", value: route.prefix)
        if let id = ServiceContext.current?.requestID { headers.replaceOrAdd(name: RequestID.headerName, value: id) }
        return headers
    }

    private func response(_ incoming: HTTPClientResponse, isHead: Bool) -> Response {
        var fields = HTTPFields()
        for (name, value) in incoming.headers {
            guard let name = HTTPField.Name(name), HTTPField.isValidValue(value) else { continue }
            fields.append(HTTPField(name: name, value: value))
        }
        fields = HopByHopHeaders.removed(from: fields)
        fields[.date] = nil
        let status = HTTPResponse.Status(code: Int(incoming.status.code))
        let length = fields[.contentLength].flatMap { Int($0) }
        if isHead || status.code == 204 || status.code == 304 {
            return Response(status: status, headers: fields)
        }
        let body = ResponseBody(contentLength: length) { writer in
            for try await buffer in incoming.body { try await writer.write(buffer) }
            try await writer.finish(nil)
        }
        return Response(status: status, headers: fields, body: body)
    }
}
