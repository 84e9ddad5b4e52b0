import Foundation
import MartletSQLite
import MartletTesting
import Testing

/// Several processes on the queue of one SQLite file.
@Suite(.timeLimit(.minutes(3))) struct BrokerProcessTests {
    @Test func processesShareTheMessagesOfAFile() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "martlet-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let database = directory.appending(path: "tasks.sqlite").path
        try await exerciseBroker(try SQLiteBroker(path: database), processes: 3) { process in
            let effects = directory.appending(path: "effects-\(process)").path
            let worker = try await WorkerProcess(database: database, effects: effects, concurrency: 0)
            #expect(await worker.waitForExit() == 0)
            return try String(contentsOfFile: effects, encoding: .utf8).split(separator: "\n").map(String.init)
        }
    }
}
