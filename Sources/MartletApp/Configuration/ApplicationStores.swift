import Configuration
import MartletORM
import MartletSQLite
import MartletServices
import MartletStores

/// The stores of a process: one that keeps the tasks, and the data of each service that has none of its own.
///
/// `DATABASE_URL` names the first, without it SQLite files in the data folder; `BILLING_DATABASE_URL` names that of the
/// service billing.
struct ApplicationStores: Sendable {
    /// What keeps the tasks.
    let main: any ApplicationStore
    private let settings: ApplicationSettings
    private let kinds: [any ServerStore.Type]
    private let services: [String]

    /// - Throws: `ServiceError` with code `misconfigured` when a URL is of none of these kinds, or malformed.
    init(_ kinds: [any ServerStore.Type], services: [String], settings: ApplicationSettings) throws {
        self.kinds = kinds
        self.services = services
        self.settings = settings
        main =
            try settings.databaseURL().map {
                try Self.store($0, ApplicationSettings.databaseVariable(), kinds, keepsTasks: true)
            } ?? SQLiteStore(folder: settings.dataDirectory)
        for service in services { _ = try store(of: service) }
    }

    /// The store of a service.
    ///
    /// - Throws: `ServiceError` with code `misconfigured` when its URL is of none of the kinds, or malformed.
    func store(of service: String) throws -> any ApplicationStore {
        guard let url = settings.databaseURL(of: service), url != settings.databaseURL() else { return main }
        return try Self.store(url, ApplicationSettings.databaseVariable(service), kinds, keepsTasks: false)
    }

    /// Finds out whether all of them can be used.
    ///
    /// - Throws: `ServiceError` that names the setting.
    func check() async throws {
        try await Self.check(main, ApplicationSettings.databaseVariable())
        for service in services where settings.databaseURL(of: service) != nil {
            try await Self.check(store(of: service), ApplicationSettings.databaseVariable(service))
        }
    }

    private static func check(_ store: any ApplicationStore, _ setting: String) async throws {
        do {
            try await store.check()
        } catch let error as ORMError {
            throw ServiceError(.unavailable, "\(setting): \(error.message)", cause: error)
        }
    }

    private static func store(
        _ url: String, _ setting: String, _ kinds: [any ServerStore.Type], keepsTasks: Bool
    ) throws -> any ApplicationStore {
        let scheme = url.firstRange(of: "://").map { url[..<$0.lowerBound].lowercased() } ?? ""
        guard let kind = kinds.first(where: { $0.schemes.contains(scheme) }) else {
            throw unknown(scheme, setting, kinds)
        }
        do {
            return try kind.init(url: url, keepsTasks: keepsTasks)
        } catch let error as ORMError {
            throw ServiceError(.misconfigured, "\(setting): \(error.message)", cause: error)
        }
    }

    /// The value is not repeated: there may be a password in it.
    private static func unknown(
        _ scheme: String, _ setting: String, _ kinds: [any ServerStore.Type]
    ) -> ServiceError {
        let isScheme = !scheme.isEmpty && scheme.allSatisfy { $0.isLetter || $0.isNumber || "+-.".contains($0) }
        let what = isScheme ? "begins with \(scheme)://" : "is no URL"
        let known =
            kinds.isEmpty
            ? "only on SQLite files; add the store of another database to its `stores`"
            : "on " + kinds.map { $0.example }.joined(separator: ", ")
        return ServiceError(
            .misconfigured,
            "\(setting) \(what), but this application runs \(known). Without \(setting) it uses "
                + (setting == ApplicationSettings.databaseVariable()
                    ? "SQLite files in MARTLET_DATA." : "DATABASE_URL."))
    }
}

extension ApplicationSettings {
    /// The URL of the database of all services, or that of one service, if it is set.
    func databaseURL(of service: String? = nil) -> String? {
        let url = config.string(forKey: ConfigKey((service.map { [$0] } ?? []) + ["database", "url"]), isSecret: true)
        return url?.isEmpty == true ? nil : url
    }

    /// The name of that setting: `DATABASE_URL`, `BILLING_DATABASE_URL`.
    static func databaseVariable(_ service: String? = nil) -> String {
        service.map { variable($0, "database_url") } ?? "DATABASE_URL"
    }
}
