import MartletORM

extension DatabaseCheck {
    static let keys = DatabaseCheck { scene in
        let first = try await scene.note("a")
        let second = try await scene.note("b")
        try require(first.id > 0 && second.id > first.id, "the database assigns growing keys")
        var third = Note(text: "c")
        try await third.save(on: scene.database)
        try require(third.id > second.id, "save takes the key the database assigns")
        third.text = "C"
        try await third.save(on: scene.database)
        try require(try await scene.notes == ["a", "b", "C"], "save changes the row there is")
        let chosen = try await Note.objects.create(Note(id: 1000, text: "d"), on: scene.database)
        try require(chosen.id == 1000, "a key of one's own is kept")
    }

    static let bulk = DatabaseCheck { scene in
        let rows = (0..<2500).map { Note(text: "\($0)", likes: $0) }
        let (saved, statements) = try await QueryRecorder.record {
            try await Note.objects.bulkCreate(rows, on: scene.database)
        }
        try require(statements.count == 1 && statements[0].executions == 2500, "a write in bulk is one statement")
        try require(Set(saved.map(\.id)).count == 2500, "every row gets a key of its own")
        let read = try await Note.objects.order(by: \.id).all(on: scene.database)
        try require(read == saved, "rows are inserted in their order, and each is returned with its own key")
    }

    static let bulkAllOrNone = DatabaseCheck { scene in
        var rows = (0..<2500).map { Note(text: "\($0)") }
        rows[2400].text = "7"
        try await refusal(.uniqueViolation, "a refused row refuses all") {
            try await Note.objects.bulkCreate(rows, on: scene.database)
        }
        try require(try await scene.notes == [], "all rows are inserted, or none")
        let insert = Statement("INSERT INTO note (text, likes) VALUES (?, 0)", each: rows.map { [.text($0.text)] })
        try await refusal(.uniqueViolation, "a write of its own in bulk is one transaction") {
            try await scene.database.withSession(.transaction) { try await $0.run(insert) { _ in true } }
        }
        try require(try await scene.notes == [], "and leaves nothing behind")
    }

    static let conflicts = DatabaseCheck { scene in
        try await scene.note("b")
        let created = try await Note.objects.bulkCreate(
            [Note(text: "a"), Note(text: "b"), Note(text: "c")], onConflict: .ignore, on: scene.database)
        try require(created == 2, "rows that are there are passed over, but \(created) of 2 were created")
        try require(Set(try await scene.notes) == ["a", "b", "c"], "the others are created")
    }

    static let manyKeys = DatabaseCheck { scene in
        let saved = try await scene.note("a")
        let keys = Array(saved.id..<(saved.id + 100_000))
        let (found, statements) = try await QueryRecorder.record {
            try await Note.objects.filter { $0.id.in(keys) }.all(on: scene.database)
        }
        try require(found == [saved], "100 000 keys find their rows")
        try require(statements.count == 1 && statements[0].bindings.count == 1, "they are one parameter")
        let texts = (0..<100_000).map { "\($0)\"" } + ["a"]
        let byText = try await Note.objects.filter { $0.text.in(texts) }.count(on: scene.database)
        try require(byText == 1, "100 000 texts find their rows")
    }

    static let changes = DatabaseCheck { scene in
        try await Note.objects.bulkCreate((0..<5).map { Note(text: "\($0)", likes: $0) }, on: scene.database)
        let database = scene.database
        let updated = try await Note.objects.filter { $0.likes > 2 }.update(on: database) { [$0.likes.set(9)] }
        try require(updated == 2, "an update tells how many rows there were")
        try require(
            try await Note.objects.filter { $0.likes > 100 }.update(on: database) { [$0.likes.set(9)] } == 0,
            "an update of nothing tells 0")
        try require(
            try await Note.objects.filter { $0.likes == 9 }.delete(on: database) == 2, "a deletion tells as well")
        try require(try await database.execute("SELECT 1") == 0, "a statement that only reads changes nothing")
    }
}
