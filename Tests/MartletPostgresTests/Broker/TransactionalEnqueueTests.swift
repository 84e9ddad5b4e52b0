import MartletORM
import MartletPostgres
import MartletTasks
import Testing

@Suite(.postgres, .timeLimit(.minutes(2))) struct TransactionalEnqueueTests {
    struct Refused: Error {}

    private func migrated(_ server: TaskServer) async throws -> Database {
        let database = try server.database()
        try await Migrator([PostgresBroker.migration]).migrate(database)
        return database
    }

    @Test func taskIsSentWithTheTransactionOrNotAtAll() async throws {
        let server = try await TaskServer()
        let database = try await migrated(server)
        let broker = try server.broker("worker")
        await #expect(throws: Refused.self) {
            try await database.transaction { tx in
                try await tx.enqueue(Signature<Int>(task: "t"))
                throw Refused()
            }
        }
        #expect(try await broker.depth(of: "celery").total == 0)
        let result = try await database.transaction { tx in
            try await tx.enqueue(Signature<Int>(task: "t", arguments: [7]), queue: "fast", priority: 3)
        }
        let received = try await broker.receive(from: ["fast"], limit: 5, lease: .seconds(10))
        #expect(received.map(\.message.id) == [result.id])
        #expect(try TaskMessage(wire: received[0].message).arguments == [7])
        try await database.close()
    }

    @Test func commitWakesAWorkerThatWaits() async throws {
        let server = try await TaskServer()
        let database = try await migrated(server)
        let broker = try server.broker("worker")
        async let received = broker.receive(from: ["celery"], limit: 1, lease: .seconds(10))
        let sent = try await database.transaction { try await $0.enqueue(Signature<Int>(task: "t")) }
        #expect(try await received.map(\.message.id) == [sent.id])
        try await database.close()
    }

    @Test func refusedUniqueTaskGivesTheResultOfTheOneThatIsThere() async throws {
        let server = try await TaskServer()
        let database = try await migrated(server)
        let client = TaskClient(broker: try server.broker("worker"), results: try server.results("worker"))
        let signature = Signature<Int>(task: "t", arguments: [7], options: TaskOptions(unique: .untilDone()))
        let (first, second) = try await database.transaction { tx in
            (try await tx.enqueue(signature, client: client), try await tx.enqueue(signature, client: client))
        }
        #expect(!first.isDuplicate && second.isDuplicate)
        #expect(second.id == first.id)
        try await client.results.store([TaskResult(taskID: first.id, state: .success, value: 49)])
        #expect(try await second.value() == 49)
        try await database.close()
    }

    @Test func missingTablesAreTold() async throws {
        let database = try await TestDatabase.empty()
        await #expect {
            try await database.transaction { try await $0.enqueue(Signature<Int>(task: "t")) }
        } throws: {
            "\($0)".contains("PostgresBroker.migration")
        }
        try await database.close()
    }
}
