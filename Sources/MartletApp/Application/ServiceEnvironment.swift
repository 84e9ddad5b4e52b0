public import Configuration
public import Logging
public import MartletORM
public import MartletServices
public import MartletTasks

/// What a service is given by the process it runs in.
public struct ServiceEnvironment: Sendable {
    /// The service's name.
    public let service: String

    /// The settings: environment variables over the configuration file.
    ///
    /// The key `billing.smtp.host` is the variable
    /// `BILLING_SMTP_HOST`, or `{"billing": {"smtp": {"host": …}}}` in the file.
    public let config: ConfigReader

    /// A logger with the service's name in its metadata.
    public let logger: Logger

    /// The folder of databases and other files, as an absolute path; it exists.
    public let dataDirectory: String

    /// Sends tasks, and finds their results.
    public let tasks: TaskClient

    private let host: ServiceHost

    init(service: String, host: ServiceHost) {
        self.service = service
        self.host = host
        config = host.settings.config
        dataDirectory = host.settings.dataDirectory
        tasks = host.tasks
        var logger = host.logger
        logger[metadataKey: "service"] = .string(service)
        self.logger = logger
    }

    /// A setting of the service's own as text: `setting("smtp.host")` is `BILLING_SMTP_HOST` in the service billing.
    public func setting(_ key: String) -> String? {
        config.string(forKey: ConfigKey([service] + key.split(separator: ".").map(String.init)))
    }

    /// The service's own database, opened once per process: the file `<service>.sqlite` in the data folder, or with
    /// `DATABASE_URL` or `<SERVICE>_DATABASE_URL` the schema of its name there.
    ///
    /// - Throws: `ORMError` when it cannot be opened.
    public func database() async throws -> Database {
        try host.database(of: service)
    }

    /// A client of another service.
    ///
    /// If the service runs in this process it is called directly; else over HTTP at its setting `<NAME>_URL`. A service
    /// that is reached neither way fails when it is called, not here.
    ///
    /// - Throws: `ServiceError` with code `misconfigured` when the URL is none.
    public func service<Contract: ServiceContract>(_ contract: Contract.Type) throws -> Contract.Service {
        try host.client(of: contract)
    }
}
