import MartletORM

extension DatabaseCheck {
    static let statementCount = DatabaseCheck { scene in
        let (_, statements) = try await QueryRecorder.record {
            try await scene.database.transaction { tx in
                try await scene.note("a", on: tx)
                try await tx.transaction { inner in _ = try await Note.objects.all(on: inner) }
            }
            _ = try await Note.objects.filter { $0.text == "a" }.first(on: scene.database)
        }
        try require(
            statements.count == 3,
            "the recorder counts statements, not what begins and ends transactions: \(statements)")
        try require(
            statements[2].rows == 1 && statements[2].bindings.first == .text("a"), "and tells bindings and rows")
    }
}
