import MartletORM
import MartletPostgres
import MartletTasks
import MartletTesting
import Testing

/// Several processes on one queue; each has connections, wake-ups and a holder of its own.
@Suite(.postgres, .timeLimit(.minutes(3))) struct SharedQueueTests {
    @Test func processesShareTheMessagesOfAQueue() async throws {
        let server = try await TaskServer()
        try await exerciseBroker(try server.broker("client"), processes: 4) { process in
            let broker = try server.broker("worker\(process)")
            var ids: [String] = []
            while true {
                for received in try await broker.receive(from: ["q"], limit: 1, lease: .seconds(30)) {
                    try await broker.settle([Settlement(received.receipt, .acknowledge)])
                    if received.message.id.hasPrefix("stop") { return ids }
                    ids.append(received.message.id)
                }
            }
        }
    }

    @Test func concurrentClaimsOfSeveralQueuesGiveNoMessageTwice() async throws {
        let server = try await TaskServer()
        let brokers = try (0..<3).map { try server.broker("worker\($0)") }
        let messages = (0..<3000).map { WireMessage("m\($0)", queue: $0.isMultiple(of: 3) ? "a" : "b") }
        try await brokers[0].publish(messages)
        let tally = Tally()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for receiver in 0..<12 {
                let broker = brokers[receiver % brokers.count]
                group.addTask {
                    while tally.others < messages.count {
                        let received = try await broker.receive(from: ["a", "b"], limit: 7, lease: .seconds(600))
                        for delivery in received {
                            tally.add(delivery.message.id)
                            tally.count()
                        }
                        try await broker.settle(received.map { Settlement($0.receipt, .acknowledge) })
                    }
                    // Those that still wait are sent home.
                    try await broker.publish((0..<12).map { WireMessage("end\(receiver)-\($0)", queue: "a") })
                }
            }
            try await group.waitForAll()
        }
        #expect(tally.names.isSuperset(of: messages.map(\.id)))
        #expect(tally.names.count == tally.others, "each message is received once")
    }

    @Test func waitingProcessIsWokenByACommitOfAnother() async throws {
        let server = try await TaskServer()
        let (client, worker) = (try server.broker("client"), try server.broker("worker"))
        var waits: [Duration] = []
        for number in 0..<15 {
            async let received = worker.receive(from: ["q"], limit: 1, lease: .seconds(30))
            // Between beats, which come twice a second: only what is told of can be faster.
            try await client.publish([WireMessage("m\(number)")])
            let start = ContinuousClock.now
            #expect(try await received.map(\.message.id) == ["m\(number)"])
            waits.append(ContinuousClock.now - start)
        }
        #expect(waits.sorted()[7] < .milliseconds(100), "\(waits)")
    }

    @Test func waitingClientIsWokenByAResultOfAnother() async throws {
        let server = try await TaskServer()
        let (client, worker) = (try server.results("client"), try server.results("worker"))
        var waits: [Duration] = []
        for number in 0..<15 {
            async let result = client.wait(for: "t\(number)")
            try await worker.store([TaskResult(taskID: "t\(number)", state: .success, value: .integer(number))])
            let start = ContinuousClock.now
            #expect(try await result.value == .integer(number))
            waits.append(ContinuousClock.now - start)
        }
        #expect(waits.sorted()[7] < .milliseconds(100), "\(waits)")
    }

    @Test func whatADeadProcessHeldIsTakenOverBeforeItsLeaseEnds() async throws {
        let server = try await TaskServer()
        let other = try server.broker("other")
        try await other.publish([WireMessage("held")])
        func holdAndEnd() async throws {
            let broker = try server.broker("dying")
            let held = try await broker.receive(from: ["q"], limit: 1, lease: .seconds(86_400))
            #expect(held.map(\.attempt) == [1])
        }
        try await holdAndEnd()
        let again = try await other.receive(from: ["q"], limit: 1, lease: .seconds(30))
        #expect(again.map(\.message.id) == ["held"])
        #expect(again.map(\.attempt) == [2])
    }

    @Test func processWhoseConnectionsWereCutKeepsWhatItHolds() async throws {
        let server = try await TaskServer()
        let (broker, other) = (try server.broker("cut"), try server.broker("other"))
        try await broker.publish([WireMessage("held")])
        let held = try await broker.receive(from: ["q"], limit: 1, lease: .seconds(86_400))
        async let next = other.receive(from: ["q"], limit: 1, lease: .seconds(30))
        try await server.cut("cut")
        // Told of by `NOTIFY` or not: it is listening again, or looks by itself.
        async let back = broker.receive(from: ["back"], limit: 1, lease: .seconds(30))
        try await other.publish([WireMessage("back", queue: "back")])
        #expect(try await back.count == 1)
        try await broker.settle(held.map { Settlement($0.receipt, .acknowledge) })
        #expect(try await broker.depth(of: "q").total == 0, "its receipt still holds")
        try await other.publish([WireMessage("next")])
        #expect(try await next.map(\.message.id) == ["next"])
    }

    /// What makes the tables waits for who writes to them; a process that finds them does not.
    @Test func openingDoesNotWaitForWhoWrites() async throws {
        let server = try await TaskServer()
        let first = try server.broker("first")
        try await first.publish([WireMessage("m")])
        let database = try server.database()
        try await database.transaction { tx in
            try await tx.execute("UPDATE martlet_message SET priority = 1")
            #expect(try await server.broker("second").depth(of: "q").total == 1)
        }
        try await database.close()
    }

    /// Workers start while the application migrates: both make the tables, and none fails.
    @Test func tablesAreMigratedWhileBrokersOpen() async throws {
        for _ in 0..<5 {
            let server = try await TaskServer()
            let brokers = try (0..<4).map { try server.broker("worker\($0)") }
            let database = try server.database()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await Migrator([PostgresBroker.migration]).migrate(database) }
                for broker in brokers { group.addTask { _ = try await broker.depth(of: "q") } }
                try await group.waitForAll()
            }
            try await database.close()
        }
    }

    @Test func serverThatIsAwayIsTold() async throws {
        let broker = try PostgresBroker(url: "postgres://nobody@127.0.0.1:1/none?connect_timeout=2")
        let error = await #expect(throws: TaskError.self) { try await broker.publish([WireMessage("m")]) }
        #expect(error?.code == .brokerFailed)
        #expect(throws: ORMError.self) { try PostgresBroker(url: "postgres://%%%") }
    }
}
