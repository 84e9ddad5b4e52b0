import Foundation
public import MartletTasks

/// Checks a result backend against everything ``ResultBackend`` promises; every backend's tests call it.
///
/// - Parameter make: Makes an empty backend that goes by the given time; called once for each check.
/// - Throws: ``ConformanceFailure``, naming the promise that is broken, or what the backend throws.
public func exerciseResultBackend<Subject: ResultBackend>(
    _ make: @Sendable (TimeSource) async throws -> Subject
) async throws {
    for check in ResultBackendCheck.all {
        let clock = VirtualClock()
        try await check.run(try await make(clock.time), clock)
    }
}

struct ResultBackendCheck: Sendable {
    let run: @Sendable (any ResultBackend, VirtualClock) async throws -> Void

    static let all = [
        storing, extended, overwriting, waiting, changing, cancelling, chord, chordMending, chordExpiring, forgetting,
        expiring,
    ]

    static let storing = ResultBackendCheck { backend, _ in
        var result = TaskResult(taskID: "a", state: .success, value: ["n": 1, "list": [true, nil, 1.5]])
        result.name = "tasks.a"
        result.groupID = "g"
        try await backend.store([result, TaskResult(taskID: "b", state: .progress, value: ["current": 1])])
        let stored = try await backend.fetch(["a", "b", "unknown"])
        try require(stored["a"] == result, "a result is stored as it was given, but got \(stored)")
        try require(stored["b"]?.state == .progress, "a state of the task's own is stored")
        try require(stored["unknown"] == nil, "nothing is known about an unknown task")
    }

    static let extended = ResultBackendCheck { backend, clock in
        var result = TaskResult(taskID: "x", state: .success, value: "ok", doneAt: clock.date)
        result.arguments = [1, "two"]
        result.keywords = ["k": nil]
        result.worker = "w@host"
        result.queue = "q"
        result.retries = 2
        result.children = ["c1", "c2"]
        result.expires = clock.date.addingTimeInterval(60)
        try await backend.store([result])
        let stored = try await backend.fetch(["x"])
        try require(stored["x"] == result, "an extended result is stored as it was given, but got \(stored)")
    }

    static let expiring = ResultBackendCheck { backend, clock in
        var short = TaskResult(taskID: "short", state: .success)
        short.expires = clock.date.addingTimeInterval(60)
        var long = TaskResult(taskID: "long", state: .success)
        long.expires = clock.date.addingTimeInterval(10 * 86_400)
        try await backend.store([short, long, TaskResult(taskID: "day", state: .success)])
        func left() async throws -> Set<String> {
            try await backend.cleanUp()
            return try await Set(backend.fetch(["short", "long", "day"]).keys)
        }
        try require(try await left() == ["short", "long", "day"], "what has not expired is kept")
        clock.advance(by: .seconds(61))
        try require(try await left() == ["long", "day"], "a result is dropped at its own expiry")
        clock.advance(by: .seconds(2 * 86_400))
        try require(
            try await left() == ["long"], "a result without an expiry is dropped by default, one with it is not")
    }

    static let overwriting = ResultBackendCheck { backend, _ in
        func state(after states: TaskState...) async throws -> TaskState? {
            let id = states.map(\.rawValue).joined()
            for state in states { try await backend.store([TaskResult(taskID: id, state: state)]) }
            return try await backend.fetch([id])[id]?.state
        }
        try require(try await state(after: .success, .failure) == .success, "SUCCESS is never overwritten")
        try require(try await state(after: .failure, .progress) == .failure, "a final state is not taken back")
        try require(try await state(after: .failure, .success) == .success, "a failed task may succeed later")
        try require(try await state(after: .progress, .retry, .success) == .success, "states follow each other")
    }

    static let waiting = ResultBackendCheck { backend, _ in
        async let waited = backend.wait(for: "w")
        async let second = backend.wait(for: "w")
        try await backend.store([TaskResult(taskID: "w", state: .progress)])
        try await backend.store([TaskResult(taskID: "w", state: .success, value: 5)])
        try require(try await waited.value == 5, "a waiter gets the final state")
        try require(try await second.value == 5, "all waiters get it")
        try require(try await backend.wait(for: "w").value == 5, "waiting for what is there returns at once")
    }

    static let changing = ResultBackendCheck { backend, _ in
        let other = TaskResult(taskID: "other", state: .success)
        try await backend.store([TaskResult(taskID: "f", state: .progress, value: 1), other])
        let first = try await backend.changes(of: ["f", "g"], since: [:])
        try require(first["f"]?.value == 1 && first.count == 1, "what is stored already is told, but got \(first)")
        async let next = backend.changes(of: ["f", "g"], since: first)
        try await backend.store([other, TaskResult(taskID: "f", state: .progress, value: 2)])
        let second = try await next
        try require(second["f"]?.value == 2 && second["other"] == nil, "a change is told, and of no other task")
        try await backend.store([TaskResult(taskID: "f", state: .success, value: 3)])
        let third = try await backend.changes(of: ["f", "g"], since: second)
        try require(third["f"]?.state == .success, "the end is told")
        async let last = backend.changes(of: ["f", "g"], since: third)
        try await backend.store([TaskResult(taskID: "g", state: .failure)])
        try require(try await Set(last.keys) == ["g"], "what the caller knows is not told again")
        let ended = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    _ = try await backend.changes(of: ["f"], since: third)
                    return false
                } catch { return error is CancellationError }
            }
            group.cancelAll()
            return await group.next() ?? false
        }
        try require(ended, "cancelled waiting for changes throws CancellationError")
    }

    static let cancelling = ResultBackendCheck { backend, _ in
        let ended = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    _ = try await backend.wait(for: "never")
                    return false
                } catch { return error is CancellationError }
            }
            group.cancelAll()
            return await group.next() ?? false
        }
        try require(ended, "a cancelled wait throws CancellationError")
    }

    static let chord = ResultBackendCheck { backend, _ in
        func finish(_ index: Int) async throws -> ChordCompletion {
            let result = TaskResult(taskID: "m\(index)", state: .success, value: .integer(index))
            return try await backend.completeChordMember(ChordMember(chord: "c", size: 3, index: index, result: result))
        }
        try require(try await finish(2) == .waiting(finished: 1), "a chord waits for its members")
        try require(try await finish(2) == .waiting(finished: 1), "a member counts once")
        try require(try await finish(0) == .waiting(finished: 2), "a chord waits for all members")
        for attempt in 1...2 {
            guard case .complete(let members) = try await finish(1) else {
                throw ConformanceFailure("the last member completes the chord (time \(attempt))")
            }
            try require(members.map(\.value) == [0, 1, 2], "results come in the order of the header")
        }
    }

    static let chordMending = ResultBackendCheck { backend, _ in
        func finish(_ index: Int, _ state: TaskState, value: JSONValue = .null) async throws -> ChordCompletion {
            let result = TaskResult(taskID: "m\(index)", state: state, value: value)
            return try await backend.completeChordMember(ChordMember(chord: "c", size: 2, index: index, result: result))
        }
        func values(_ completion: ChordCompletion) throws -> [JSONValue] {
            guard case .complete(let members) = completion else {
                throw ConformanceFailure("a member that ends a second time leaves its chord complete")
            }
            return members.map { $0.state == .success ? $0.value : "failed" }
        }
        _ = try await finish(0, .failure)
        let mended = try await finish(0, .success, value: 1)
        try require(mended == .waiting(finished: 1), "a member that fails and succeeds later counts once")
        let promise = "the success of a chord's member takes the place of its failure"
        try require(try values(await finish(1, .failure)) == [1, "failed"], promise)
        try require(
            try values(await finish(1, .success, value: 2)) == [1, 2], "\(promise) when the chord was complete")
        _ = try await finish(1, .success, value: 3)
        try require(
            try values(await finish(1, .failure)) == [1, 2], "nothing takes the place of a chord member's success")
    }

    static let chordExpiring = ResultBackendCheck { backend, clock in
        func finish(_ index: Int) async throws -> ChordCompletion {
            let result = TaskResult(taskID: "m\(index)", state: .success)
            return try await backend.completeChordMember(ChordMember(chord: "c", size: 3, index: index, result: result))
        }
        _ = try await finish(0)
        clock.advance(by: .seconds(80_000))
        try await backend.cleanUp()
        try require(try await finish(1) == .waiting(finished: 2), "a chord is kept for a day")
        clock.advance(by: .seconds(80_000))
        try await backend.cleanUp()
        guard case .complete = try await finish(2) else {
            throw ConformanceFailure("a chord is kept for a day after its last member")
        }
        clock.advance(by: .seconds(2 * 86_400))
        try await backend.cleanUp()
        try require(try await finish(0) == .waiting(finished: 1), "a chord that does not change is dropped")
    }

    static let forgetting = ResultBackendCheck { backend, _ in
        try await backend.store([TaskResult(taskID: "f", state: .success)])
        try await backend.forget(["f", "unknown"])
        try require(try await backend.fetch(["f"]).isEmpty, "a forgotten result is gone")
    }
}
