import HTTPTypes
import Hummingbird
import Logging

/// Writes one structured line per request, and one per error that the caller may not see.
struct AccessLog: Sendable {
    let logger: Logger

    /// Notes an answer; health probes only at level `trace`.
    func answered(_ request: Request, _ status: HTTPResponse.Status, _ id: String, _ duration: Duration) {
        let isProbe = ["/livez", "/readyz"].contains(request.uri.path)
        let level: Logger.Level = isProbe ? .trace : status.code >= 500 ? .error : .info
        logger.log(
            level: level, "request",
            metadata: [
                "request_id": .string(id), "method": .string(request.method.rawValue),
                "path": .string(request.uri.path), "status": .stringConvertible(status.code),
                "ms": .stringConvertible(Self.milliseconds(duration)),
            ])
    }

    /// Notes an error whose words stay in the log.
    func failed(_ request: Request, _ id: String, _ error: any Error) {
        logger.error(
            "request failed",
            metadata: [
                "request_id": .string(id), "method": .string(request.method.rawValue),
                "path": .string(request.uri.path), "error": .string("\(error)"),
            ])
    }

    private static func milliseconds(_ duration: Duration) -> Double {
        (duration / .microseconds(10)).rounded() / 100
    }
}
