public import AsyncHTTPClient
import Foundation
import HTTPTypes
import MartletTasks
import NIOCore
import NIOHTTP1
import ServiceContextModule

/// Calls a service over HTTP.
public struct HTTPTransport: ServiceTransport {
    /// How a service is reached.
    public struct Options: Sendable {
        /// The time from the call to the complete answer; 30 seconds by default.
        public var timeout: Duration = .seconds(30)

        /// The largest answer taken, in bytes; 64 MiB by default.
        public var responseLimit: Int = 64 << 20

        /// The setting that holds the URL, for error messages: `BILLING_URL`.
        public var setting: String?

        /// The defaults.
        public init() {}
    }

    /// The service's name, for error messages.
    public let service: String

    /// The URL of the service's root, without a slash at the end.
    public let url: String

    private let options: Options
    private let client: HTTPClient

    /// Reaches a service at a URL.
    ///
    /// - Throws: ``ServiceError`` with code `misconfigured` when the URL is no absolute http(s) URL.
    public init(
        service: String, url: String, options: Options = Options(), client: HTTPClient = ServiceHTTPClient.shared
    ) throws {
        guard let parsed = URL(string: url), ["http", "https"].contains(parsed.scheme ?? ""), parsed.host() != nil,
            parsed.query() == nil, parsed.fragment() == nil
        else {
            let setting = options.setting.map { " Correct the setting \($0)." } ?? ""
            throw ServiceError(
                .misconfigured,
                "The URL of the service '\(service)' is '\(url)', which is no URL such as http://127.0.0.1:8081.\(setting)"
            )
        }
        self.service = service
        self.url = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.options = options
        self.client = client
    }

    /// Sends the call, with the request id of the current ``ServiceContextModule/ServiceContext``.
    public func send(_ request: ContractRequest) async throws -> ContractResponse {
        let outgoing = try outgoing(request)
        do {
            let response = try await client.execute(outgoing, timeout: TimeAmount(options.timeout))
            return try await incoming(response)
        } catch let error as ServiceError {
            throw error
        } catch is CancellationError {
            throw CancellationError()
        } catch let error as HTTPClientError where error == .cancelled {
            throw CancellationError()
        } catch let error as HTTPClientError where [.deadlineExceeded, .readTimeout].contains(error) {
            throw ServiceError(
                .timeout,
                "The service '\(service)' at \(url) did not answer \(request.endpoint) within \(options.timeout).",
                cause: error)
        } catch is NIOTooManyBytesError {
            throw ServiceError(
                .invalidResponse, "The answer of \(request.endpoint) is larger than \(options.responseLimit) bytes.")
        } catch {
            throw unreachable(error)
        }
    }

    private func outgoing(_ request: ContractRequest) throws -> HTTPClientRequest {
        var address = url + (try request.endpoint.path.path(filling: request.pathValues))
        if !request.queryItems.isEmpty {
            let items = request.queryItems.map { PercentCoding.encode($0.name) + "=" + PercentCoding.encode($0.value) }
            address += "?" + items.joined(separator: "&")
        }
        var outgoing = HTTPClientRequest(url: address)
        outgoing.method = HTTPMethod(rawValue: request.endpoint.method.rawValue)
        outgoing.headers.add(name: "accept", value: "application/json, application/problem+json, */*;q=0.5")
        if let id = ServiceContext.current?.requestID {
            outgoing.headers.add(name: RequestID.headerName, value: id)
        }
        if let body = request.content {
            outgoing.headers.add(name: "content-type", value: body.contentType)
            if let disposition = body.disposition {
                outgoing.headers.add(name: "content-disposition", value: disposition)
            }
            outgoing.body = .bytes(ByteBuffer(bytes: body.bytes))
        }
        return outgoing
    }

    private func incoming(_ response: HTTPClientResponse) async throws -> ContractResponse {
        let buffer = try await response.body.collect(upTo: options.responseLimit)
        guard buffer.readableBytes > 0 || response.headers.contains(name: "content-type") else {
            return ContractResponse(status: Int(response.status.code))
        }
        let file = ContractFile(
            contentType: response.headers.first(name: "content-type") ?? "application/octet-stream",
            bytes: Array(buffer.readableBytesView),
            filename: response.headers.first(name: "content-disposition").flatMap(ContractFile.filename(inDisposition:))
        )
        return ContractResponse(status: Int(response.status.code), body: file)
    }

    private func unreachable(_ error: any Error) -> ServiceError {
        let advice =
            options.setting.map { "Start it, or correct the setting \($0)." } ?? "Start it, or correct its URL."
        return ServiceError(
            .unreachable, "The service '\(service)' at \(url) cannot be reached: \(error). \(advice)", cause: error)
    }
}
