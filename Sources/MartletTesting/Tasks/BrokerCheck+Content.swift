import Foundation
import MartletTasks

extension BrokerCheck {
    static let depthAndPurge = BrokerCheck { broker, scene in
        try await broker.publish((0..<3).map { message("p\($0)") } + [message("other", queue: "other")])
        _ = try await receive(broker, 1)
        scene.advance(by: .seconds(5))
        let depth = try await broker.depth(of: "q")
        try require((depth.ready, depth.leased) == (2, 1), "depth tells ready from leased, but got \(depth)")
        let age = depth.oldest.map { scene.now.timeIntervalSince($0) }
        try require(age.map { abs($0 - 5) < 1 } == true, "depth tells since when the oldest message waits")
        try require(try await broker.depth(of: "none") == QueueDepth(), "an unknown queue is empty")
        try require(try await broker.purge("q") == 2, "purge drops what is not leased and says how many")
        try require(try await broker.depth(of: "q").leased == 1, "purge leaves leased messages")
        try require(try await broker.depth(of: "other").ready == 1, "purge leaves other queues")
    }

    static let idempotentPublish = BrokerCheck { broker, _ in
        try await broker.publish([message("once")])
        try await broker.publish([message("once", body: "[[1],{},null]"), message("two")])
        let received = try await receive(broker)
        try require(
            received.map(\.message.id) == ["once", "two"], "an id that is there is ignored, the others are not")
        try require(received.first?.message == message("once"), "a message that is there stays as it is")
        try await broker.publish([message("once")])
        try require(try await isIdle(broker), "a leased id is ignored too")
    }

    static let publishedAt = BrokerCheck { broker, scene in
        let moment = scene.now
        try await broker.publish([message("m")])
        scene.advance(by: .seconds(5))
        var deliveries = try await receive(broker)
        // A broker need not know it.
        guard let told = deliveries.first?.publishedAt else { return }
        for disposition in [Settlement.Disposition.requeue, .redeliver] {
            try await settle(broker, deliveries, disposition)
            scene.advance(by: .seconds(5))
            deliveries = try await receive(broker, "what is given back can be received")
            try require(deliveries.first?.publishedAt == told, "each delivery tells the same moment of publishing")
        }
        try require(
            abs(told.timeIntervalSince(moment)) < 1,
            "a delivery tells when its message was published, \(moment), but got \(told)")
    }

    static let malformed = BrokerCheck { broker, _ in
        let garbage = WireMessage(
            id: "gar\u{1F4A3}bage'\"", queue: "q", headers: [0xFF, 0x00, 0x7B], properties: [],
            body: [0x00, 0xC3, 0x28])
        try await broker.publish([garbage])
        try require(try await receive(broker).first?.message == garbage, "bytes are delivered as they came")
    }

    static let large = BrokerCheck { broker, _ in
        let big = message("big", body: "[[\"" + String(repeating: "x", count: 10 << 20) + "\"],{},null]")
        try await broker.publish([big])
        try require(try await receive(broker).first?.message == big, "a message of 10 MB is carried")
    }
}
