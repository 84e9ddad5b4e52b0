import Foundation
import MartletTasks

extension BrokerCheck {
    static let statistics = BrokerCheck { broker, _ in
        guard let broker = broker as? any StatisticsBroker else { return }
        var report = WorkerReport()
        report.done = 2
        report.retried = 1
        try await broker.add(report)
        try await broker.add(report)
        try require(try await broker.statistics() == report + report, "what workers have done is added up")
    }

    static let revoking = BrokerCheck { broker, scene in
        guard let broker = broker as? any RevokingBroker else { return }
        try await broker.publish([message("bad"), message("good")])
        let revocation = Revocation(.task("bad"), terminates: true, expires: scene.now.addingTimeInterval(60))
        try await broker.revoke([revocation])
        _ = try await receive(broker, "a revoked message is received for the worker to end")
        try require(
            try await broker.revocation(of: "bad", stamps: [:]) == revocation,
            "a message received after its revocation is known as revoked")
        try require(try await broker.revocation(of: "good", stamps: [:]) == nil, "another message is not revoked")
        try require(try await broker.depth(of: "q").leased == 2, "revoking leaves what is held")
        scene.advance(by: .seconds(61))
        try await broker.cleanUp()
        _ = try await receive(broker)
        try require(try await broker.revocation(of: "bad", stamps: [:]) == nil, "a revocation expires")
    }

    static let revokingStamps = BrokerCheck { broker, scene in
        guard let broker = broker as? any RevokingBroker else { return }
        try await broker.revoke([Revocation(.stamp("batch", 7), expires: scene.now.addingTimeInterval(60))])
        try await broker.publish([message("stamped")])
        _ = try await receive(broker)
        for stamps in [["batch": 7], ["batch": [1, 7]]] as [[String: JSONValue]] {
            try require(
                try await broker.revocation(of: "x", stamps: stamps) != nil, "a stamp revokes what carries it")
        }
        for stamps in [[:], ["batch": 8], ["other": 7]] as [[String: JSONValue]] {
            try require(try await broker.revocation(of: "x", stamps: stamps) == nil, "a stamp revokes nothing else")
        }
    }

    static let watchingRevocations = BrokerCheck { broker, scene in
        guard let broker = broker as? any RevokingBroker else { return }
        let promise = "who waits for revocations is told"
        let expires = scene.now.addingTimeInterval(60)
        async let first = within(.seconds(60), promise) { try await broker.revocations(after: 0) }
        try await broker.revoke([Revocation(.task("one"), expires: expires)])
        let told = try await first
        try require(told.revocations.map(\.target) == [.task("one")], promise)
        async let second = within(.seconds(60), promise) { try await broker.revocations(after: told.version) }
        try await broker.revoke([Revocation(.task("two"), expires: expires)])
        try require(try await second.revocations.map(\.target) == [.task("two")], "a revocation is told once")
    }

    static let pausing = BrokerCheck { broker, _ in
        guard let broker = broker as? any PausingBroker else { return }
        try await broker.publish([message("held")])
        let held = try await receive(broker)
        try await broker.pause("q")
        try await broker.publish([message("waits"), message("runs", queue: "other")])
        let ids = try await receive(broker, queues: ["q", "other"]).map(\.message.id)
        try require(ids == ["runs"], "a paused queue hands out nothing, but got \(ids)")
        try require(try await broker.pausedQueues() == ["q"], "a broker tells which queues are paused")
        try await settle(broker, held, .acknowledge)
        try require(try await broker.depth(of: "q").leased == 0, "what is held when its queue is paused can end")
    }

    static let resuming = BrokerCheck { broker, _ in
        guard let broker = broker as? any PausingBroker else { return }
        try await broker.pause("q")
        try await broker.publish([message("waits")])
        let promise = "a receiver that waits for a paused queue wakes when it is resumed"
        async let received = within(.seconds(60), promise) {
            try await broker.receive(from: ["q"], limit: 1, lease: .seconds(30))
        }
        try await broker.resume("q")
        try require(try await received.map(\.message.id) == ["waits"], promise)
        try require(try await broker.pausedQueues().isEmpty, "a resumed queue is not paused")
    }

    static let checkpoints = BrokerCheck { broker, scene in
        guard let broker = broker as? any CheckpointingBroker else { return }
        try await broker.publish([message("long")])
        var first = try await receive(broker, lease: .seconds(10))
        scene.advance(by: .seconds(11))
        let second = try only(await receive(broker, lease: .seconds(10)), "a lost lease is handed out once")
        try require(second.checkpoint == nil, "a message begins without a checkpoint")
        try require(
            try await broker.saveCheckpoint(["page": 3], for: second.receipt), "a held delivery saves a checkpoint")
        try require(
            try await !broker.saveCheckpoint(["page": 1], for: first[0].receipt),
            "a lost delivery saves no checkpoint")
        scene.advance(by: .seconds(11))
        first = try await receive(broker, "a delivery with a checkpoint whose lease has run out comes again")
        try require(first.first?.checkpoint == ["page": 3], "a checkpoint comes with the next delivery")
        try require(first.first?.attempt == 1, "deliveries before a checkpoint count no more")
        try await settle(broker, first, .requeue)
        first = try await receive(broker)
        try require(first.map(\.checkpoint) == [["page": 3]], "a checkpoint is kept when a message is given back")
        try await settle(broker, first, .replace(message("long", body: "[[1],{},null]")))
        first = try await receive(broker)
        try require(first.map(\.checkpoint) == [["page": 3]], "a checkpoint is kept over a retry")
        try await settle(broker, first, .acknowledge)
        try await broker.publish([message("long")])
        try require(try await receive(broker).map(\.checkpoint) == [nil], "a checkpoint ends with its message")
    }
}
