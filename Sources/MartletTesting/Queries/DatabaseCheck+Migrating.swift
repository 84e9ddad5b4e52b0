import MartletORM

extension DatabaseCheck {
    static let migratingOnce = DatabaseCheck { scene in
        let second = Migration("0002", sql: ["ALTER TABLE folder ADD COLUMN size INTEGER"])
        let both = Migrator(migrations + [second])
        try require(try await both.plan(scene.database).map(\.name) == ["0002"], "a plan has what is pending")
        try require(try await both.migrate(scene.database) == ["0002"], "what is pending is applied")
        try require(try await both.migrate(scene.database) == [], "and not again")
        _ = try await scene.database.rows("SELECT size FROM folder")
        let changed = [migrations[0], Migration("0002", sql: ["ALTER TABLE folder ADD COLUMN weight INTEGER"])]
        try await refusal(.migrationChanged, "a changed history is refused") {
            try await Migrator(changed).migrate(scene.database)
        }
    }

    static let migratingAtOnce = DatabaseCheck { scene in
        let migrator = Migrator(migrations + [Migration("0002", sql: ["CREATE TABLE later (n INTEGER)"])])
        let applied = try await withThrowingTaskGroup(of: [String].self) { group in
            for _ in 0..<4 { group.addTask { try await migrator.migrate(scene.database) } }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        try require(applied == ["0002"], "several migrate at once, and one applies, but they applied \(applied)")
    }

    static let failedMigration = DatabaseCheck { scene in
        let failing = [
            Migration("0002", sql: ["CREATE TABLE later (n INTEGER)"]),
            Migration("0003", sql: ["CREATE TABLE later (n INTEGER)"]),
        ]
        let migrator = Migrator(migrations + failing)
        try await refusal(.database, "a migration that fails is an error") {
            try await migrator.migrate(scene.database)
        }
        try require(
            try await migrator.plan(scene.database).map(\.name) == ["0002", "0003"],
            "a migration that fails undoes those before it")
    }
}
