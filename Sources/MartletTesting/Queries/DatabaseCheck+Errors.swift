import MartletORM

extension DatabaseCheck {
    static let unique = DatabaseCheck { scene in
        try await scene.note("a")
        let error = try await refusal(.uniqueViolation, "a unique column is unique") { try await scene.note("a") }
        try require(error.table == "note" && error.columns == ["text"], "it names table and column, but got \(error)")
        try await Folder.objects.create(Folder(name: "x", label: "y"), on: scene.database)
        let pair = try await refusal(.uniqueViolation, "a unique index is unique") {
            try await Folder.objects.create(Folder(name: "x", label: "y"), on: scene.database)
        }
        try require(pair.columns == ["name", "label"], "it names all columns, but got \(pair.columns)")
        try require(error.location?.fileID.isEmpty == false, "an error says where the call stands")
    }

    static let notNull = DatabaseCheck { scene in
        let error = try await refusal(.notNullViolation, "a required column is required") {
            try await scene.database.execute("INSERT INTO note (text, likes) VALUES (\(SQLValue.null), 0)")
        }
        try require(error.table == "note" && error.columns == ["text"], "it names table and column, but got \(error)")
    }

    static let foreignKey = DatabaseCheck { scene in
        let database = scene.database
        let missing = try await refusal(.foreignKeyViolation, "a foreign key refers to a row") {
            try await Note.objects.create(Note(text: "a", folder: Reference(id: 99)), on: database)
        }
        try require(
            missing.table == "note" && missing.columns.contains("folder_id"), "it names the key, but got \(missing)")
        let folder = try await Folder.objects.create(Folder(name: "f"), on: database)
        try await Note.objects.create(Note(text: "b", folder: folder.reference), on: database)
        try await refusal(.foreignKeyViolation, "a row that is referred to is protected") {
            try await folder.delete(on: database)
        }
        let author = try await Folder.objects.create(Folder(name: "g"), on: database)
        try await Note.objects.create(Note(text: "c", author: author.reference), on: database)
        try require(try await author.delete(on: database), "a deletion cascades")
        try require(try await scene.notes == ["b"], "what refers to a deleted row goes with it")
    }

    static let check = DatabaseCheck { scene in
        try await scene.database.execute("CREATE TABLE positive (n INTEGER CHECK (n > 0))")
        try await refusal(.checkViolation, "a check refuses a row") {
            try await scene.database.execute("INSERT INTO positive VALUES (0)")
        }
    }

    static let failed = DatabaseCheck { scene in
        let error = try await refusal(.database, "a malformed statement is refused") {
            try await scene.database.execute("SELEKT 1")
        }
        try require(error.message.contains("SELEKT"), "the message has the statement, but is: \(error.message)")
        try require(error.cause != nil, "the database's own error is its cause")
        struct Odd: Error {}
        try await scene.note("a")
        do {
            _ = try await scene.database.withSession(.read) {
                try await $0.run(Statement("SELECT text FROM note")) { _ in throw Odd() }
            }
            throw ConformanceFailure("what decoding throws goes to the caller")
        } catch is Odd {}
        try require(try await scene.notes == ["a"], "the database works on after an error")
    }

    static let placeholders = DatabaseCheck { scene in
        for values: [SQLValue] in [[.integer(1)], [.integer(1), .integer(2), .integer(3)]] {
            try await refusal(.invalidQuery, "the number of values is that of the placeholders") {
                try await scene.database.rows(SQL(raw: "SELECT 1 WHERE 1 = ? AND 2 = ?", bindings: values))
            }
        }
        try require(try await scene.notes == [], "the database works on after it")
    }

    static let closed = DatabaseCheck { scene in
        try await scene.note("a")
        try await scene.database.close()
        for kind in [SessionKind.read, .snapshot, .write, .transaction] {
            try await refusal(.closed, "a closed database is refused") {
                try await scene.database.withSession(kind) { _ in }
            }
        }
        try await scene.database.close()
    }
}
