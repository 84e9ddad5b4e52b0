import Foundation
import MartletTasks

extension BrokerCheck {
    static let delayed = BrokerCheck { broker, scene in
        guard broker is any DelayedDeliveryBroker else { return }
        try await broker.publish([message("later", eta: scene.now.addingTimeInterval(30)), message("now")])
        let now = try await receive(broker)
        try require(now.map(\.message.id) == ["now"], "a message waits for its eta")
        try await settle(broker, now, .acknowledge)
        try require(try await broker.depth(of: "q").delayed == 1, "a waiting message counts as delayed")
        let promise = "a receiver is woken by an eta"
        async let received = within(.seconds(60), promise) {
            try await broker.receive(from: ["q"], limit: 1, lease: .seconds(30))
        }
        await scene.clock.waitForSleepers()
        scene.advance(by: .seconds(31))
        try require(try await received.map(\.message.id) == ["later"], promise)
    }

    static let expired = BrokerCheck { broker, scene in
        var old = message("old")
        old.expires = scene.now.addingTimeInterval(-1)
        try await broker.publish([old])
        let received = try await receive(broker, "an expired message is delivered for the worker to revoke")
        try require(received.first?.message.expires == old.expires, "a message keeps its expiry")
    }

    static let clockForward = BrokerCheck { broker, scene in
        try await broker.publish([message("held"), message("later", eta: scene.now.addingTimeInterval(60))])
        let held = try await receive(broker, 1)
        scene.putDate(by: 86_400)
        let again = try await receive(broker, "a clock put forward makes what is due ready")
        try require(Set(again.map(\.message.id)) == ["held", "later"], "a clock put forward loses nothing")
        try await settle(broker, held, .acknowledge)
        try require(try await broker.depth(of: "q").leased == 2, "a clock put forward gives no message to two")
        try require(try await isIdle(broker), "a clock put forward hands out nothing twice within a lease")
    }

    static let clockBack = BrokerCheck { broker, scene in
        try await broker.publish([message("held")])
        let held = try await receive(broker, lease: .seconds(30))
        scene.putDate(by: -86_400)
        try require(try await isIdle(broker), "a clock put back hands out nothing twice")
        let lost = try await broker.extendLease(of: held.map(\.receipt), by: .seconds(30))
        try require(lost.isEmpty, "a clock put back takes no lease")
        try await broker.publish([message("new")])
        let new = try await receive(broker, "after a clock was put back messages are received")
        try require(new.map(\.message.id) == ["new"], "after a clock was put back messages are received")
        try await settle(broker, new, .acknowledge)
        scene.advance(by: .seconds(31))
        let again = try await receive(broker, "a renewed lease counts from the clock that was put back")
        try require(again.map(\.message.id) == ["held"], "a clock put back loses nothing")
    }
}
