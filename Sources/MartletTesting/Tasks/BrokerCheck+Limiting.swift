import Foundation
import MartletTasks

extension BrokerCheck {
    private static func permits(_ count: Int, _ key: String = "k") -> [KeyedLimit] {
        [KeyedLimit(key: key, kind: .concurrency(count))]
    }

    private static func decisions(
        _ broker: any LimitingBroker, _ received: [ReceivedMessage], _ limits: [KeyedLimit]
    ) async throws -> [LimitDecision] {
        var decisions: [LimitDecision] = []
        for delivery in received { decisions.append(try await broker.acquire(limits, for: delivery.receipt)) }
        return decisions
    }

    static let concurrencyLimit = BrokerCheck { broker, _ in
        guard let broker = broker as? any LimitingBroker else { return }
        try await broker.publish((0..<4).map { message("m\($0)") } + [message("urgent", priority: 9)])
        var running = try await receive(broker, 2)
        try require(
            try await decisions(broker, running, permits(1)) == [.granted, .waiting(key: "k")],
            "a concurrency limit of 1 lets one run")
        let others = try await receive(broker, 10)
        _ = try await decisions(broker, others, permits(1))
        try require(try await isIdle(broker), "what waits for a permit is not received")
        try require(try await broker.depth(of: "q").delayed == 4, "what waits for a permit counts as delayed")
        var order = [running[0].message.id]
        for _ in 0..<4 {
            try await settle(broker, [running[0]], .acknowledge)
            running = try await receive(broker, "a freed permit lets the next one come")
            try require(running.count == 1, "a freed permit lets one come, but got \(running.map(\.message.id))")
            try require(running[0].attempt == 1, "waiting for a permit does not count as an attempt")
            let decision = try await decisions(broker, running, permits(1))
            try require(decision == [.granted], "who got a freed permit may run")
            order.append(running[0].message.id)
        }
        try require(order == ["urgent", "m0", "m1", "m2", "m3"], "permits go by priority, then age, but got \(order)")
    }

    static let limitAfterLostLease = BrokerCheck { broker, scene in
        guard let broker = broker as? any LimitingBroker else { return }
        try await broker.publish([message("a"), message("b"), message("free")])
        let first = try await receive(broker, 1, lease: .seconds(10))
        _ = try await decisions(broker, first, permits(1))
        let second = try await receive(broker, 1, lease: .seconds(10))
        _ = try await decisions(broker, second, permits(1))
        let other = try await receive(broker)
        try require(
            try await decisions(broker, other, permits(1, "other")) == [.granted], "another key is not held up")
        scene.advance(by: .seconds(11))
        let again = try await receive(broker, "a lost lease frees its permit")
        try require(again.map(\.message.id) == ["a", "b"], "a lost lease frees its permit")
        let late = try await broker.acquire(permits(1), for: first[0].receipt)
        try require(late == .deferred(until: scene.now), "a receipt whose lease was lost is deferred until now")
        let results = try await decisions(broker, again, permits(1))
        try require(results.filter { $0 == .granted }.count == 1, "a permit is given once after a lost lease")
    }

    static let limitWithoutRun = BrokerCheck { broker, _ in
        guard let broker = broker as? any LimitingBroker else { return }
        try await broker.publish((0..<4).map { message("m\($0)") })
        let all = try await receive(broker)
        _ = try await decisions(broker, all, permits(1))
        try await settle(broker, [all[0]], .requeue)
        for expected in [["m0", "m1"], ["m2"], ["m3"]] {
            let received = try await receive(broker, "a delivery that ends without being run gives its permit on")
            try require(
                received.map(\.message.id) == expected,
                "a delivery that ends without being run gives its permit on, but got \(received.map(\.message.id))")
            try await settle(broker, received, .acknowledge)
        }
    }

    static let changedLimit = BrokerCheck { broker, _ in
        guard let broker = broker as? any LimitingBroker else { return }
        try await broker.publish((0..<6).map { message("m\($0)") })
        let all = try await receive(broker)
        _ = try await decisions(broker, all, permits(1))
        try await settle(broker, [all[0]], .acknowledge)
        var running: [ReceivedMessage] = []
        while try await !isIdle(broker) {
            let next = try await receive(broker)
            let results = try await decisions(broker, next, permits(3))
            running += zip(next, results).filter { $0.1 == .granted }.map(\.0)
        }
        try require(running.count == 3, "a raised limit lets more run, but \(running.count) of 3 do")
        try await settle(broker, running, .acknowledge)
        let left = try await receive(broker, "what waits comes under a lowered limit too")
        let results = try await decisions(broker, left, permits(1))
        try require(results.filter { $0 == .granted }.count == 1, "a lowered limit holds, but got \(results)")
    }

    static let rateLimit = BrokerCheck { broker, scene in
        guard let broker = broker as? any LimitingBroker else { return }
        let limit = [KeyedLimit(key: "k", kind: .rate(.perSecond(0.1)))]
        try await broker.publish((0..<5).map { message("m\($0)") })
        let start = scene.now
        let all = try await receive(broker)
        let expected: [LimitDecision] =
            [.granted] + (1..<5).map { .deferred(until: start.addingTimeInterval(Double($0) * 10)) }
        let results = try await decisions(broker, all, limit)
        try require(
            results == expected, "each message over a rate limit reserves a start of its own, but got \(results)")
        try await settle(broker, [all[0]], .acknowledge)
        for index in 1..<5 {
            try require(try await isIdle(broker), "a message over a rate limit waits for its start")
            scene.advance(by: .seconds(10))
            let next = try await receive(broker, "a message over a rate limit comes at its start")
            try require(next.map(\.message.id) == ["m\(index)"], "messages over a rate limit come one by one")
            try require(next[0].attempt == 1, "waiting for a start does not count as an attempt")
            try require(try await decisions(broker, next, limit) == [.granted], "a reserved start is granted")
            try await settle(broker, next, index < 4 ? .acknowledge : .requeue)
        }
        let again = try await decisions(broker, try await receive(broker), limit)
        let later = LimitDecision.deferred(until: scene.now.addingTimeInterval(10))
        try require(again == [later], "a reserved start is used up once, but got \(again)")
        scene.putDate(by: -86_400)
        try await broker.publish([message("new")])
        let new = try await decisions(broker, try await receive(broker), [KeyedLimit(key: "x", kind: limit[0].kind)])
        try require(new == [.granted], "a clock put back holds up no other key")
    }

    static let lateStarts = BrokerCheck { broker, scene in
        guard let broker = broker as? any LimitingBroker else { return }
        let limit = [KeyedLimit(key: "k", kind: .rate(.perSecond(0.1)))]
        try await broker.publish((0..<3).map { message("m\($0)") })
        let all = try await receive(broker)
        _ = try await decisions(broker, all, limit)
        try await settle(broker, [all[0]], .acknowledge)
        scene.advance(by: .seconds(60))
        let late = try await receive(broker)
        let results = try await decisions(broker, late, limit)
        let later = LimitDecision.deferred(until: scene.now.addingTimeInterval(10))
        try require(
            results == [.granted, later],
            "messages that come later than their starts keep to a rate limit too, but got \(results)")
        try await settle(broker, [late[0]], .acknowledge)
        try await broker.cleanUp()
        scene.advance(by: .seconds(10))
        let last = try await decisions(broker, try await receive(broker), limit)
        try require(last == [.granted], "a message that came late starts at its new start, but got \(last)")
    }

    static let severalLimits = BrokerCheck { broker, scene in
        guard let broker = broker as? any LimitingBroker else { return }
        try await broker.publish([message("a"), message("b"), message("c")])
        let all = try await receive(broker)
        let both = permits(1, "x") + permits(1, "y")
        let first = try await broker.acquire(permits(1, "y"), for: all[0].receipt)
        let second = try await broker.acquire(both, for: all[1].receipt)
        let third = try await broker.acquire(permits(1, "x"), for: all[2].receipt)
        try require(
            [first, second, third] == [.granted, .waiting(key: "y"), .granted],
            "of several limits a delivery gets all or nothing, but got \([first, second, third])")
    }
}
