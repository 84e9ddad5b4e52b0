import MartletTasks

extension BrokerCheck {
    static let order = BrokerCheck { broker, _ in
        try await broker.publish((0..<5).map { message("m\($0)") })
        let first = try await receive(broker, 2)
        let rest = try await receive(broker, 10)
        try require((first + rest).map(\.message.id) == (0..<5).map { "m\($0)" }, "messages come in order")
        try require(first.allSatisfy { $0.attempt == 1 }, "the first delivery is attempt 1")
        try require(first.first?.message == message("m0"), "a message comes as it was published")
    }

    static let priority = BrokerCheck { broker, _ in
        try await broker.publish([message("low"), message("high", priority: 9), message("middle", priority: 5)])
        let ids = try await receive(broker).map(\.message.id)
        try require(ids == ["high", "middle", "low"], "higher priority comes first, but got \(ids)")
    }

    static let queues = BrokerCheck { broker, _ in
        try await broker.publish([message("other", queue: "other"), message("own"), message("third", queue: "third")])
        let ids = try await receive(broker, queues: ["q", "third"]).map(\.message.id)
        try require(Set(ids) == ["own", "third"], "only the queues asked for are received, but got \(ids)")
    }

    static let waiting = BrokerCheck { broker, _ in
        let promise = "a waiting receiver gets what is published"
        async let received = within(.seconds(60), promise) {
            try await broker.receive(from: ["q"], limit: 1, lease: .seconds(30))
        }
        try await broker.publish([message("late")])
        try require(try await received.map(\.message.id) == ["late"], promise)
    }

    static let cancelling = BrokerCheck { broker, _ in
        let promise = "a cancelled receive throws CancellationError"
        let ended = try await within(.seconds(60), promise) {
            await withTaskGroup(of: Bool.self) { group in
                group.addTask {
                    do {
                        _ = try await broker.receive(from: ["q"], limit: 1, lease: .seconds(30))
                        return false
                    } catch { return error is CancellationError }
                }
                group.cancelAll()
                return await group.next() ?? false
            }
        }
        try require(ended, promise)
        try await broker.publish([message("kept")])
        try require(try await receive(broker).count == 1, "a cancelled receive holds nothing")
    }

    static let concurrent = BrokerCheck { broker, _ in
        try await broker.publish((0..<50).map { message("c\($0)") })
        let ids = try await within(.seconds(60), "ten receivers of 5 get 50 messages") {
            try await withThrowingTaskGroup(of: [String].self) { group in
                for _ in 0..<10 {
                    group.addTask {
                        try await broker.receive(from: ["q"], limit: 5, lease: .seconds(30)).map(\.message.id)
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
        }
        try require(ids.count == 50 && Set(ids).count == 50, "each message goes to one receiver, but got \(ids.count)")
    }
}
