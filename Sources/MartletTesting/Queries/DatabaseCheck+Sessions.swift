import MartletORM
import Synchronization

extension DatabaseCheck {
    static let kinds = DatabaseCheck { scene in
        let insert = Statement("INSERT INTO folder (name) VALUES (?)", [.text("a")])
        let count = Statement("SELECT COUNT(*) FROM folder")
        for kind in [SessionKind.write, .transaction] {
            let changes = try await scene.database.withSession(kind) { try await $0.run(insert) { _ in true }.changes }
            try require(changes == 1, "a session of kind \(kind) writes and tells how many rows")
        }
        for kind in [SessionKind.read, .snapshot, .write, .transaction] {
            let rows = try await scene.database.withSession(kind) {
                try await $0.run(count) { try $0.next(as: Int.self) }.rows
            }
            try require(rows == [2], "a session of kind \(kind) reads, but got \(rows)")
        }
    }

    static let committing = DatabaseCheck { scene in
        let value = try await scene.database.transaction { tx in
            try await scene.note("a", on: tx)
            return 7
        }
        try require(value == 7, "a transaction returns what its closure returns")
        try require(try await scene.notes == ["a"], "a transaction is committed when its closure returns")
        try await scene.database.transaction { _ in }
    }

    static let rollingBack = DatabaseCheck { scene in
        do {
            try await scene.database.transaction { tx in
                try await scene.note("a", on: tx)
                throw Refused()
            }
            throw ConformanceFailure("an error leaves a transaction")
        } catch is Refused {}
        try require(try await scene.notes == [], "a transaction is rolled back when its closure throws")
        try await scene.note("b")
        try require(try await scene.notes == ["b"], "the database works on after a rollback")
    }

    static let savepoints = DatabaseCheck { scene in
        try await scene.database.transaction { tx in
            try await scene.note("outer", on: tx)
            try? await tx.transaction { inner in
                try await scene.note("inner", on: inner)
                try? await inner.transaction { innermost in
                    try await scene.note("innermost", on: innermost)
                    throw Refused()
                }
                try await scene.note("inner again", on: inner)
                throw Refused()
            }
            try await tx.transaction { inner in
                _ = try? await inner.transaction { innermost in try await scene.note("outer", on: innermost) }
                try await scene.note("second", on: inner)
            }
        }
        try require(
            try await scene.notes == ["outer", "second"],
            "an error undoes its savepoint and nothing before, and what follows is kept")
    }

    static let hooks = DatabaseCheck { scene in
        let told = Mutex<[String]>([])
        try await scene.database.transaction { tx in
            tx.onCommit { told.withLock { $0.append("outer") } }
            try? await tx.transaction { inner in
                inner.onCommit { told.withLock { $0.append("undone") } }
                throw Refused()
            }
            try require(told.withLock(\.isEmpty), "what waits for a commit waits")
        }
        try? await scene.database.transaction { tx in
            tx.onCommit { told.withLock { $0.append("rolled back") } }
            throw Refused()
        }
        try require(told.withLock { $0 } == ["outer"], "only what was committed is told")
    }

    static let ended = DatabaseCheck { scene in
        let escaped = try await scene.database.transaction { $0 }
        try await refusal(.transactionEnded, "a transaction that is over is refused") {
            try await Note.objects.count(on: escaped)
        }
    }

    static let nested = DatabaseCheck { scene in
        try await refusal(.wouldDeadlock, "a write on the database inside its own transaction is refused") {
            try await scene.database.transaction { _ in try await scene.note("a") }
        }
        try await scene.note("a")
    }

    static let byHand = DatabaseCheck { scene in
        try await scene.database.execute("INSERT INTO folder (name, label) VALUES (\("a"), \(nil as String?))")
        let rows = try await scene.database.rows("SELECT name, label, 1 + 1 AS two FROM folder WHERE name = \("a")")
        try require(rows.count == 1 && rows[0].columns == ["name", "label", "two"], "columns have their names")
        try require(rows[0].values == [.text("a"), .null, .integer(2)], "values have their types, but got \(rows)")
        let returned = try await scene.database.rows("INSERT INTO folder (name) VALUES ('b') RETURNING name")
        try require(returned.first?.values == [.text("b")], "RETURNING returns rows")
        let quoted = try await scene.database.rows(
            "SELECT '?' AS a, name AS \"b?\" FROM folder WHERE name = \("b") -- ?")
        try require(quoted.first?.values == [.text("?"), .text("b")], "only placeholders are placeholders")
    }
}
