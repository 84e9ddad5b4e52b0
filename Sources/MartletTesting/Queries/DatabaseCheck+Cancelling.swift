import MartletORM

extension DatabaseCheck {
    static let cancelledBefore = DatabaseCheck { scene in
        let gate = Signal()
        let task = Task {
            await gate.wait()
            return try await scene.note("a")
        }
        task.cancel()
        gate.send()
        try await cancellation("a cancelled task runs nothing", task)
        try require(try await scene.notes == [], "a cancelled task writes nothing")
    }

    static let cancelledBetween = DatabaseCheck { scene in
        let started = Signal()
        let task = Task {
            try await scene.database.transaction { tx in
                try await scene.note("a", on: tx)
                started.send()
                await Signal().wait()
            }
        }
        await started.wait()
        task.cancel()
        try await cancellation("a cancelled transaction ends", task)
        try require(try await scene.notes == [], "a cancelled transaction is rolled back")
        try await scene.note("b")
    }

    static let cancelledWithin = DatabaseCheck { scene in
        for isTransaction in [true, false] {
            let started = Signal()
            let task = Task {
                guard isTransaction else {
                    started.send()
                    return try await scene.database.rows(scene.endless)
                }
                return try await scene.database.transaction { tx in
                    try await scene.note("a", on: tx)
                    started.send()
                    return try await tx.rows(scene.endless)
                }
            }
            await started.wait()
            task.cancel()
            try await cancellation("a cancelled statement stops", task)
        }
        try require(try await scene.notes == [], "what was done before in its transaction is rolled back")
        try await scene.note("b")
    }

    static let cancelledWaiting = DatabaseCheck { scene in
        try await holdingAll(scene) { ends in
            let waiter = Task { try await scene.database.transaction { tx in try await scene.note("waiter", on: tx) } }
            waiter.cancel()
            try await cancellation("a task that waits for a connection can be cancelled", waiter)
            for end in ends { end.send() }
        }
        try require(try await scene.notes == [], "a cancelled waiter writes nothing")
        try await scene.note("after")
    }

    static let cancelledOften = DatabaseCheck { scene in
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<100 {
                group.addTask {
                    let task = Task {
                        try await scene.database.transaction { tx in
                            try await scene.note("\(index)", on: tx)
                            _ = try await Note.objects.count(on: tx)
                        }
                    }
                    if index.isMultiple(of: 2) { task.cancel() }
                    if case .failure(let error) = await task.result, !(error is CancellationError) { throw error }
                }
            }
            try await group.waitForAll()
        }
        let kept = try await scene.notes.count
        try require((50...100).contains(kept), "what was not cancelled is committed, but only \(kept) of 50 were")
        try await holdingAll(scene) { _ in }
    }

    /// Opens as many transactions as there can be at once, and lets them end when `body` says so.
    static func holdingAll(
        _ scene: DatabaseScene, _ body: (_ ends: [Signal]) async throws -> Void
    ) async throws {
        let finish = (0..<scene.transactions).map { _ in Signal() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for end in finish {
                let started = Signal()
                group.addTask {
                    try await scene.database.transaction { tx in
                        _ = try await Note.objects.count(on: tx)
                        started.send()
                        await end.wait()
                    }
                }
                await started.wait()
            }
            try await body(finish)
            for end in finish { end.send() }
            try await group.waitForAll()
        }
    }
}
