import Foundation
import MartletTasks

extension BrokerCheck {
    static let acknowledging = BrokerCheck { broker, scene in
        try await broker.publish([message("done")])
        try await settle(broker, receive(broker), .acknowledge)
        scene.advance(by: .seconds(60))
        try require(try await broker.depth(of: "q").total == 0, "an acknowledged message is gone")
    }

    static let requeueing = BrokerCheck { broker, _ in
        try await broker.publish([message("back"), message("next")])
        try await settle(broker, receive(broker, 1), .requeue)
        let again = try await receive(broker, "a requeued message comes again at once")
        try require(again.map(\.message.id) == ["back", "next"], "a requeued message keeps its place")
        try require(again.first?.attempt == 1, "giving back does not count as an attempt")
    }

    static let redelivering = BrokerCheck { broker, _ in
        try await broker.publish([message("again")])
        try await settle(broker, receive(broker), .redeliver)
        let again = try await receive(broker, "a message to be redelivered comes again at once")
        try require(again.map(\.attempt) == [2], "a redelivery counts as an attempt")
    }

    static let deferring = BrokerCheck { broker, scene in
        try await broker.publish([message("later")])
        try await settle(broker, receive(broker), .defer(until: scene.now.addingTimeInterval(10)))
        try require(try await broker.depth(of: "q") == QueueDepth(delayed: 1), "a deferred message waits")
        scene.advance(by: .seconds(11))
        let again = try only(
            await receive(broker, "a deferred message comes when its time has come"), "a deferred message comes once")
        try require(again.attempt == 1, "deferring does not count as an attempt")
        try require(again.message == message("later"), "a deferred message is unchanged")
    }

    static let replacing = BrokerCheck { broker, scene in
        try await broker.publish([message("again")])
        let next = message("again", eta: scene.now.addingTimeInterval(10), body: "[[2],{},null]")
        try await settle(broker, receive(broker), .replace(next))
        try require(try await broker.depth(of: "q") == QueueDepth(delayed: 1), "a replacement waits for its eta")
        scene.advance(by: .seconds(11))
        let again = try await receive(broker, "a replacement comes at its eta")
        try require(again.first?.message == next, "a replacement comes in the place of the message")
        try require(again.first?.attempt == 1, "a replacement begins with attempt 1")
    }

    static let handingOver = BrokerCheck { broker, scene in
        try await broker.publish([message("whole")])
        let parts = [message("part", queue: "other"), message("late", eta: scene.now.addingTimeInterval(10))]
        try await settle(broker, receive(broker), .handOver(to: parts))
        try require(
            try await broker.depth(of: "q") == QueueDepth(delayed: 1),
            "what it is handed over to is there, and it is gone")
        let part = try await receive(broker, queues: ["other"], "what it is handed over to comes at once")
        try require(part.map(\.message) == [parts[0]], "what it is handed over to comes as it was given")
        scene.advance(by: .seconds(11))
        let late = try await receive(broker, "what it is handed over to comes at its eta")
        try require(late.first?.message == parts[1], "what it is handed over to comes as it was given")
        try await broker.publish([message("whole")])
        let whole = try await receive(broker, "the id of a message that was handed over is free again")
        try require(whole.map(\.message.id) == ["whole"], "the id of a message that was handed over is free again")
    }

    static let lostLease = BrokerCheck { broker, scene in
        try await broker.publish([message("lost")])
        let first = try await receive(broker, lease: .seconds(10))
        try require(try await isIdle(broker), "a leased message is not handed out")
        scene.advance(by: .seconds(11))
        let second = try await receive(broker, lease: .seconds(10), "a message whose lease has run out comes again")
        try require(second.map(\.message.id) == ["lost"], "a message whose lease has run out comes again")
        try require(second.first?.attempt == 2, "a redelivery counts as an attempt")
        try await settle(broker, first, .acknowledge)
        try require(try await broker.depth(of: "q").leased == 1, "a receipt whose lease was lost is ignored")
        let lost = try await broker.extendLease(of: first.map(\.receipt), by: .seconds(10))
        try require(lost == first.map(\.receipt), "a lost lease cannot be renewed, and is reported")
    }

    static let renewedLease = BrokerCheck { broker, scene in
        try await broker.publish([message("kept")])
        let received = try await receive(broker, lease: .seconds(10))
        scene.advance(by: .seconds(8))
        let lost = try await broker.extendLease(of: received.map(\.receipt), by: .seconds(10))
        scene.advance(by: .seconds(8))
        try require(lost.isEmpty, "a held lease can be renewed")
        try require(try await isIdle(broker), "a renewed lease holds")
        scene.advance(by: .seconds(3))
        _ = try await receive(broker, "a renewed lease runs out too")
    }

    static let lostReceipts = BrokerCheck { broker, scene in
        try await broker.publish([message("mine")])
        let first = try await receive(broker, lease: .seconds(10))
        scene.advance(by: .seconds(11))
        let second = try await receive(broker, lease: .seconds(10))
        let moment = scene.now.addingTimeInterval(60)
        let dispositions: [Settlement.Disposition] = [
            .requeue, .defer(until: moment), .replace(message("mine")), .handOver(to: [message("other")]),
        ]
        for disposition in dispositions {
            try await settle(broker, first, disposition)
            let depth = try await broker.depth(of: "q")
            try require(depth == QueueDepth(leased: 1), "\(disposition) of a lost lease changes nothing")
        }
        try await settle(broker, [first[0], second[0]], .acknowledge)
        try require(try await broker.depth(of: "q").total == 0, "settlements beside an ignored one count")
    }
}
