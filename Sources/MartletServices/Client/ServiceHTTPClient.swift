public import AsyncHTTPClient
import NIOCore

/// The HTTP client of all transports and gateways of a process.
public enum ServiceHTTPClient {
    /// A client that passes answers on as they are: no redirects followed, nothing decompressed, HTTP/1.1.
    ///
    /// It lives as long as the process and needs no shutdown.
    public static let shared: HTTPClient = {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(5)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()
}
