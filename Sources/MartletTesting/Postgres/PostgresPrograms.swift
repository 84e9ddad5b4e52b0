import Foundation

/// Finds PostgreSQL's own programs, which Debian does not put on the path.
enum PostgresPrograms {
    /// The folder with `initdb` and `postgres`, of the newest version; `nil` when they are not installed.
    static func folder() -> String? {
        if let named = ProcessInfo.processInfo.environment["MARTLET_POSTGRES_BIN"] { return named }
        return candidates().first { FileManager.default.isExecutableFile(atPath: $0 + "/initdb") }
    }

    private static func candidates() -> [String] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return versions(in: "/usr/lib/postgresql", "bin") + versions(in: "/opt/homebrew/opt", "bin")
            + versions(in: "/usr/local/opt", "bin") + path.split(separator: ":").map(String.init)
    }

    private static func versions(in folder: String, _ programs: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted { $0.compare($1, options: .numeric) == .orderedDescending }
            .map { "\(folder)/\($0)/\(programs)" }
    }
}
