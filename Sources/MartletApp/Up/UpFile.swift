import Foundation

/// What `up` runs at the moment; it writes this to `up.json` in the data folder, so that other programs find it.
public struct UpFile: Codable, Sendable, Equatable {
    /// One process.
    public struct Process: Codable, Sendable, Equatable {
        /// Its name: of the service, or `gateway`, or `worker`.
        public var name: String
        /// What it is for: `service`, `gateway` or `worker`.
        public var role: String
        /// Where it stands: `waiting`, `starting`, `ready`, `resting` (before it is started again), `stopping`, `ended`.
        public var state: String
        /// Its process id, while there is one.
        public var pid: Int32?
        /// The port it listens on; a worker has its health there.
        public var port: Int
        /// The URL of its root.
        public var url: String
        /// How often it was started again.
        public var restarts: Int
    }

    /// The application's name.
    public var application: String
    /// The process id of `up`.
    public var pid: Int32
    /// The URL of the gateway, if there is one.
    public var gateway: String?
    /// The processes in the order of starting.
    public var processes: [Process]

    /// The process of a name.
    public subscript(name: String) -> Process? { processes.first { $0.name == name } }

    /// Whether every process is ready.
    public var isReady: Bool { processes.allSatisfy { $0.state == "ready" } }

    /// Reads the file of a data folder; `nil` when there is none, which means that `up` does not run there.
    ///
    /// - Throws: `DecodingError` when the file is something else.
    public static func read(in dataDirectory: String) throws -> UpFile? {
        guard let data = FileManager.default.contents(atPath: path(in: dataDirectory)) else { return nil }
        return try JSONDecoder().decode(UpFile.self, from: data)
    }

    static func path(in dataDirectory: String) -> String { dataDirectory + "/up.json" }

    func write(in dataDirectory: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(self).write(to: URL(fileURLWithPath: Self.path(in: dataDirectory)), options: .atomic)
    }

    static func remove(in dataDirectory: String) {
        try? FileManager.default.removeItem(atPath: path(in: dataDirectory))
    }
}
