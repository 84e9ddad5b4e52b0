import Configuration
import Logging
import MartletORM
import MartletServices
import Metrics

extension ApplicationSettings {
    /// Whether this is a developer's process: `MARTLET_ENVIRONMENT`, and without it whether it is a debug build.
    ///
    /// - Throws: `ServiceError` with code `misconfigured` when it is neither `development` nor `production`.
    func isDevelopment() throws -> Bool {
        switch config.string(forKey: "martlet.environment") ?? "" {
        case "development": return true
        case "production": return false
        case "": return Self.isDebugBuild
        case let other:
            throw ServiceError(
                .misconfigured, "MARTLET_ENVIRONMENT is '\(other)', which is neither development nor production.")
        }
    }

    /// What warns of N+1 queries and calls, or `nil` when nothing does.
    ///
    /// `MARTLET_N_PLUS_ONE` says from how many statements of one line on, or `off`; without it 5 in development, and off in
    /// production. The metric `martlet_query_findings` counts all it finds, by `kind` and by the line they are `at`.
    ///
    /// - Throws: `ServiceError` with code `misconfigured` when it is something else.
    func nPlusOneGuard(
        _ logger: Logger, metrics: any MetricsFactory = MetricsSystem.factory
    ) throws -> NPlusOneGuard? {
        var options = NPlusOneGuard.Options()
        let key: ConfigKey = "martlet.n_plus_one"
        switch config.int(forKey: key).map({ "\($0)" }) ?? config.string(forKey: key) ?? "" {
        case "": guard try isDevelopment() else { return nil }
        case "off": return nil
        case let text:
            guard let threshold = Int(text), threshold >= 2 else {
                throw ServiceError(
                    .misconfigured,
                    "MARTLET_N_PLUS_ONE is '\(text)', which is neither off nor a whole number from 2: how many similar "
                        + "statements of one line are an N+1 query.")
            }
            options.threshold = threshold
        }
        return NPlusOneGuard(options: options, logger: logger) { finding in
            let place = finding.location?.description ?? finding.subject
            Counter(
                label: "martlet_query_findings", dimensions: [("kind", finding.kind.rawValue), ("at", place)],
                factory: metrics
            ).increment()
        }
    }

    private static var isDebugBuild: Bool {
        #if DEBUG
        true
        #else
        false
        #endif
    }
}
