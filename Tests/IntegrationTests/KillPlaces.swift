import Foundation
import MartletTestStores
import MartletTesting

/// Where a round of the kill tests keeps what: in a folder that is deleted at its end, or in databases of the test server.
final class KillPlaces: Sendable {
    /// What the processes' connections to a server are named.
    static let processes = "killed"

    let messages: StorePlace
    let results: StorePlace
    let outbox: StorePlace
    private let directory = FileManager.default.temporaryDirectory.appending(path: "martlet-\(UUID().uuidString)")

    init(_ scenario: KillScenario) async throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let directory = directory
        func place(_ name: String, _ kind: KillScenario.Kind) async throws -> StorePlace {
            switch kind {
            case .file: StorePlace(directory.appending(path: "\(name).sqlite").path)
            case .server: StorePlace(try await PostgresServer.shared().newDatabase())
            }
        }
        messages = try await place("tasks", scenario.messages)
        results = scenario.hasResultsApart ? try await place("results", scenario.messages) : messages
        outbox = try await place("outbox", scenario.outbox)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    var effects: String { directory.appending(path: "effects").path }
    var all: Set<StorePlace> { [messages, results, outbox] }

    /// What a process is given: on a server its connections are told from those of the test, which are not cut.
    func forProcesses(_ place: StorePlace) -> String {
        place.isServer ? "\(place.text)&application_name=\(Self.processes)" : place.text
    }
}
