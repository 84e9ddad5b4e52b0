import Logging
import MartletORM
import MartletPostgres
import MartletTasks
import MartletTesting
import Synchronization
import Testing

/// A relay whose database, or whose broker, is away for a while.
@Suite(.postgres, .timeLimit(.minutes(2))) struct RelayOutageTests {
    private static let failed = "the outbox could not be emptied, and is tried again"
    private static let again = "the outbox is emptied again"

    /// What is not for those alone who look for a bug.
    private static func told(by log: LogRecorder) -> [String] {
        log.lines.filter { $0.level > .debug }.map(\.message)
    }

    private func enqueue(on database: Database) async throws -> String {
        try await database.transaction { tx in try await tx.enqueue(Signature<Int>(task: "t")) }.id
    }

    private func receive(_ broker: any Broker) async throws -> [String] {
        try await broker.receive(from: ["celery"], limit: 5, lease: .seconds(10)).map(\.message.id)
    }

    @Test(arguments: [false, true]) func relayOutlivesItsServer(startsWithout: Bool) async throws {
        let server = try await PostgresServer.start()
        let url = try await server.newDatabase()
        let database = try PostgresDatabase.open(url)
        try await Migrator([PostgresBroker.migration]).migrate(database)
        let (broker, log) = (MemoryBroker(), LogRecorder())
        let relay = try PostgresOutboxRelay(from: url, to: broker, logger: log.logger)
        let first = try await enqueue(on: database)
        if startsWithout { try await server.stop() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await relay.run() }
            if !startsWithout {
                #expect(try await receive(broker) == [first])
                try await server.stop()
            }
            await log.next(Self.failed, level: .error)
            // It goes on trying, and says no more of it.
            for _ in 0..<2 { await log.next("the outbox could not be emptied", level: .debug) }
            try await server.restart()
            if startsWithout { #expect(try await receive(broker) == [first]) }
            await log.next(Self.again, level: .notice)
            let second = try await enqueue(on: database)
            #expect(try await receive(broker) == [second])
            group.cancelAll()
            try await group.waitForAll()
        }
        #expect(Self.told(by: log) == [Self.failed, Self.again])
        try await database.close()
        try await server.end()
    }

    @Test func brokerThatIsAwayIsToldOnce() async throws {
        let url = try await PostgresServer.shared().newDatabase()
        let database = try PostgresDatabase.open(url)
        try await Migrator([PostgresBroker.migration]).migrate(database)
        let log = LogRecorder()
        let broker = FailingBroker(failures: 3)
        let relay = try PostgresOutboxRelay(from: url, to: broker, logger: log.logger)
        let sent = try await enqueue(on: database)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await relay.run() }
            #expect(try await receive(broker.base) == [sent])
            await log.next(Self.again, level: .notice)
            group.cancelAll()
            try await group.waitForAll()
        }
        #expect(broker.left == 0)
        #expect(Self.told(by: log) == [Self.failed, Self.again])
        try await database.close()
    }
}

/// A broker that cannot be reached so many times.
private final class FailingBroker: Broker {
    let base = MemoryBroker()
    private let failures: Mutex<Int>

    init(failures: Int) { self.failures = Mutex(failures) }

    var left: Int { failures.withLock(\.self) }

    func publish(_ messages: [WireMessage]) async throws {
        let fails = failures.withLock { left in
            defer { left = max(0, left - 1) }
            return left > 0
        }
        if fails { throw TaskError(.brokerFailed, "the broker is away") }
        try await base.publish(messages)
    }

    func receive(from queues: [String], limit: Int, lease: Duration) async throws -> [ReceivedMessage] {
        try await base.receive(from: queues, limit: limit, lease: lease)
    }

    func settle(_ settlements: [Settlement]) async throws { try await base.settle(settlements) }

    func extendLease(of receipts: [Receipt], by lease: Duration) async throws -> [Receipt] {
        try await base.extendLease(of: receipts, by: lease)
    }

    func depth(of queue: String) async throws -> QueueDepth { try await base.depth(of: queue) }

    func purge(_ queue: String) async throws -> Int { try await base.purge(queue) }

    func cleanUp() async throws { try await base.cleanUp() }
}
