import Dispatch
import GRDB
import MartletTesting
import Synchronization
import Testing

@testable import MartletSQLite

@Suite struct WriteAheadLogTests {
    @Test func newFileIsOpenedByManyAtOnce() throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { try WriteAheadLog.turnOn($0) }
        let asTheStore = configuration
        for _ in 0..<20 {
            let file = try TemporaryDatabase()
            let path = file.path()
            let failures = Mutex<[String]>([])
            DispatchQueue.concurrentPerform(iterations: 8) { _ in
                do {
                    _ = try DatabaseQueue(path: path, configuration: asTheStore)
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
            #expect(failures.withLock(\.self) == [])
            let mode = try DatabaseQueue(path: path).read { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
            #expect(mode == "wal")
        }
    }
}
