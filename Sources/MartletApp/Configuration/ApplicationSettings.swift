import Configuration
import Foundation
import MartletServices

/// The settings of an application: environment variables over a JSON file.
///
/// The file is `martlet.json` in the working directory, or what `MARTLET_CONFIG` names. The variable `BILLING_PORT` and
/// the file's `{"billing": {"port": 8081}}` are one setting; the variable wins.
struct ApplicationSettings: Sendable {
    let config: ConfigReader
    /// The folder of databases and other files, absolute.
    let dataDirectory: String

    /// Reads the environment and the file.
    ///
    /// - Throws: `ServiceError` with code `misconfigured` when `MARTLET_CONFIG` names no file, or the file is no JSON.
    static func load(
        environment: [String: String] = ProcessInfo.processInfo.environment,
        workingDirectory: String = FileManager.default.currentDirectoryPath
    ) async throws -> ApplicationSettings {
        var providers: [any ConfigProvider] = [EnvironmentVariablesProvider(environmentVariables: environment)]
        let named = environment["MARTLET_CONFIG"].flatMap { $0.isEmpty ? nil : $0 }
        let path = absolute(named ?? "martlet.json", in: workingDirectory)
        if named != nil || FileManager.default.fileExists(atPath: path) {
            providers.append(try await file(path, isNamed: named != nil))
        }
        let config = ConfigReader(providers: providers)
        let data = config.string(forKey: "martlet.data") ?? "data"
        return ApplicationSettings(config: config, dataDirectory: absolute(data, in: workingDirectory))
    }

    /// The name of a setting as an environment variable: `BILLING_PORT`.
    static func variable(_ name: String, _ key: String) -> String {
        "\(name)_\(key)".uppercased().replacing("-", with: "_")
    }

    /// The path of a file in the data folder.
    func path(_ file: String) -> String { dataDirectory + "/" + file }

    /// Makes the data folder, and finds out whether this user may write in it.
    ///
    /// - Throws: `ServiceError` with code `misconfigured`.
    func makeDataDirectory() throws {
        do {
            try FileManager.default.createDirectory(atPath: dataDirectory, withIntermediateDirectories: true)
        } catch {
            throw ServiceError(
                .misconfigured,
                "The data folder \(dataDirectory) cannot be made: \(error.localizedDescription). Set MARTLET_DATA to "
                    + "a folder that can be written.",
                cause: error)
        }
        guard FileManager.default.isWritableFile(atPath: dataDirectory) else {
            throw ServiceError(
                .misconfigured,
                "The data folder \(dataDirectory) may not be written by this user. Give it the right to, or set "
                    + "MARTLET_DATA to a folder that can be written.",
                cause: CocoaError(.fileWriteNoPermission))
        }
    }

    /// The URL another process serves a service at, if it is set.
    func url(of service: String) -> String? {
        let url = config.string(forKey: ConfigKey([service, "url"]))
        return url?.isEmpty == true ? nil : url
    }

    /// The address a process listens on: its own setting, or `HTTP_HOST`, or this machine only.
    func host(of name: String) -> String {
        config.string(forKey: ConfigKey([name, "host"])) ?? config.string(forKey: "http.host") ?? "127.0.0.1"
    }

    /// The port a process listens on, if it is set.
    ///
    /// - Throws: `ServiceError` with code `misconfigured` when it is no port.
    func port(of name: String) throws -> Int? {
        guard let port = try integer(name, "port") else { return nil }
        guard (0...65535).contains(port) else {
            throw wrong(name, "port", "\(port)", "a port from 0 to 65535")
        }
        return port
    }

    /// Whether SIGTERM is a cold stop as SIGQUIT is (Celery's `REMAP_SIGTERM`).
    ///
    /// - Throws: `ServiceError` with code `misconfigured` when it is another signal.
    func remapsTermination() throws -> Bool {
        guard let name = config.string(forKey: "remap.sigterm"), !name.isEmpty else { return false }
        guard name == "SIGQUIT" else { throw wrong("remap", "sigterm", name, "SIGQUIT, the one signal it can be") }
        return true
    }

    /// A whole number, if it is set.
    ///
    /// - Throws: `ServiceError` with code `misconfigured` when it is something else.
    func integer(_ name: String, _ key: String) throws -> Int? {
        if let number = config.int(forKey: ConfigKey([name, key])) { return number }
        guard let text = config.string(forKey: ConfigKey([name, key])), !text.isEmpty else { return nil }
        guard let number = Int(text) else { throw wrong(name, key, text, "a whole number") }
        return number
    }

    private func wrong(_ name: String, _ key: String, _ text: String, _ what: String) -> ServiceError {
        ServiceError(.misconfigured, "\(Self.variable(name, key)) is '\(text)', which is not \(what).")
    }

    private static func absolute(_ path: String, in directory: String) -> String {
        let absolute = path.hasPrefix("/") ? path : directory + "/" + path
        return URL(fileURLWithPath: absolute).standardizedFileURL.path
    }

    private static func file(_ path: String, isNamed: Bool) async throws -> any ConfigProvider {
        let location = InMemoryProvider(values: ["filePath": ConfigValue(.string(path), isSecret: false)])
        do {
            return try await FileProvider<JSONSnapshot>(config: ConfigReader(provider: location))
        } catch {
            let origin = isNamed ? "which MARTLET_CONFIG names" : "in the working directory"
            throw ServiceError(
                .misconfigured,
                "The configuration file \(path), \(origin), cannot be read: \(error). It is a JSON object such as "
                    + "{\"billing\": {\"port\": 8081}}.",
                cause: error)
        }
    }
}
