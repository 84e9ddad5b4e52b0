import MartletORM
import Synchronization

extension DatabaseCheck {
    static let readersBesideWriters = DatabaseCheck { scene in
        guard scene.transactions > 1 || scene.database.dialect == .sqlite else { return }
        try await scene.database.transaction { tx in
            try await scene.note("a", on: tx)
            try require(try await scene.notes == [], "a reader sees only what is committed, and does not wait")
            try require(try await Note.objects.count(on: tx) == 1, "a transaction sees what it wrote")
        }
        try require(try await scene.notes == ["a"], "a commit is seen by all")
    }

    static let snapshots = DatabaseCheck { scene in
        try await scene.note("a")
        let count = Statement("SELECT COUNT(*) FROM note")
        try await scene.database.withSession(.snapshot) { session in
            let before = try await session.run(count) { try $0.next(as: Int.self) }.rows
            try await scene.note("b")
            let after = try await session.run(count) { try $0.next(as: Int.self) }.rows
            try require(before == [1] && after == [1], "a snapshot sees one state of the database")
        }
        do {
            let insert = Statement("INSERT INTO note (text, likes) VALUES ('c', 0)")
            _ = try await scene.database.withSession(.snapshot) { try await $0.run(insert) { _ in true } }
            throw ConformanceFailure("a snapshot writes nothing")
        } catch let error as ORMError {
            try require(error.code == .readOnly, "a snapshot writes nothing: expected readOnly, but got \(error)")
        }
        try require(try await scene.notes == ["a", "b"], "a snapshot ends, and leaves nothing open")
    }

    static let manyWriters = DatabaseCheck { scene in
        let note = try await scene.note("shared")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    for _ in 0..<10 {
                        try await scene.database.transaction { tx in
                            try await Note.objects.filter { $0.id == note.id }
                                .update(on: tx) { [$0.likes.set($0.likes + 1)] }
                        }
                    }
                }
                group.addTask {
                    for _ in 0..<10 { _ = try await Note.objects.get(note.id, on: scene.database) }
                }
            }
            try await group.waitForAll()
        }
        let likes = try await Note.objects.get(note.id, on: scene.database).likes
        try require(likes == 200, "no write is lost beside others, but of 200 there were \(likes)")
    }

    static let fairness = DatabaseCheck { scene in
        let executor = QueueExecutor()
        let served = Served()
        try await holdingAll(scene) { ends in
            let waiters = (0..<5).map { index in
                Task(executorPreference: executor) {
                    try await scene.database.transaction { _ in served.add(index) }
                }
            }
            // Each step of a waiter comes before the same step of the next one, and all before the end of this.
            await Task(executorPreference: executor) { for _ in 0..<100 { await Task.yield() } }.value
            try require(served.numbers.isEmpty, "one transaction more than there can be waits")
            // One connection for all of them: on two, who begins first may be told later.
            ends[0].send()
            for waiter in waiters { try await waiter.value }
        }
        let order = served.numbers
        try require(order == Array(0..<5), "who has waited longest is served first, but the order was \(order)")
    }

    static let childTasks = DatabaseCheck { scene in
        try await scene.database.transaction { tx in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<20 { group.addTask { try await scene.note("\(index)", on: tx) } }
                try await group.waitForAll()
            }
        }
        try require(try await scene.notes.count == 20, "child tasks may use a transaction at the same time")
    }
}

/// Who was served, in order.
private final class Served: Sendable {
    private let list = Mutex<[Int]>([])

    var numbers: [Int] { list.withLock { $0 } }

    func add(_ number: Int) {
        list.withLock { $0.append(number) }
    }
}
