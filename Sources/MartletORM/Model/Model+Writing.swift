extension QuerySet where Row: Model {
    /// Inserts a row and returns it with its key.
    ///
    /// A whole-number key of 0 stands for "none yet": the database assigns it.
    ///
    /// - Throws: ``ORMError``, for a refused row with the code of the constraint.
    @discardableResult
    public func create(
        _ row: Row, on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line
    ) async throws -> Row {
        let rows = try await insert([row], "", .write, executor, CallSite(fileID: fileID, line: line))
        return rows.first ?? row
    }

    /// Inserts many rows in one trip, all or none, and returns them with their keys.
    ///
    /// - Throws: ``ORMError``, for a refused row with the code of the constraint.
    @discardableResult
    public func bulkCreate(
        _ rows: [Row], on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line
    ) async throws -> [Row] {
        try await insert(rows, "", .transaction, executor, CallSite(fileID: fileID, line: line))
    }

    /// Inserts the rows that no unique constraint refuses, in one trip, and returns how many.
    ///
    /// - Throws: ``ORMError``, for a row refused by another constraint than a unique one.
    @discardableResult
    public func bulkCreate(
        _ rows: [Row], onConflict: ConflictResolution, on executor: some QueryExecutor, fileID: String = #fileID,
        line: Int = #line
    ) async throws -> Int {
        let location = CallSite(fileID: fileID, line: line)
        return try await insert(rows, onConflict.clause, .transaction, executor, location).count
    }

    private func insert(
        _ rows: [Row], _ conflict: String, _ kind: SessionKind, _ executor: some QueryExecutor, _ location: CallSite
    ) async throws -> [Row] {
        guard !rows.isEmpty else { return [] }
        let text = Row.insertText(executor.dialect) + conflict + " RETURNING \(Row.schema.primaryKey.sqlIdentifier)"
        let statement = Statement(text, each: rows.map(\.insertValues), at: location)
        let keys = try await executor.withSession(kind) { session in
            try await Row.namingForeignKeys {
                try await session.perform(statement) { try $0.next(as: Row.ID.self) }.rows
            }
        }
        // With a conflict clause fewer keys than rows may come back; the caller then takes their number only.
        return zip(rows, keys).map { row, key in
            var saved = row
            saved.id = key
            return saved
        }
    }
}

/// What an insert does with a row that a unique constraint refuses.
public struct ConflictResolution: Sendable {
    let clause: String

    /// Leaves the row there is, and passes over the new one.
    public static let ignore = ConflictResolution(clause: " ON CONFLICT DO NOTHING")
}

extension Model {
    /// Saves the row: inserts it when its key is new, and otherwise updates all of its columns.
    ///
    /// It is one statement.
    ///
    /// A whole-number key of 0 stands for "none yet" and is set to the one the database assigns.
    ///
    /// - Throws: ``ORMError``, for a refused row with the code of the constraint.
    public mutating func save(
        on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line
    ) async throws {
        let key = Self.schema.primaryKey.sqlIdentifier
        let others = Self.schema.columns.filter { !$0.isPrimaryKey }.map(\.name.sqlIdentifier)
        let updates = others.map { "\($0) = excluded.\($0)" }.joined(separator: ", ")
        let action = updates.isEmpty ? "UPDATE SET \(key) = excluded.\(key)" : "UPDATE SET \(updates)"
        let statement = Statement(
            "\(Self.insertText(executor.dialect)) ON CONFLICT (\(key)) DO \(action) RETURNING \(key)", insertValues,
            at: CallSite(fileID: fileID, line: line))
        let saved = try await executor.withSession(.write) { session in
            try await Self.namingForeignKeys {
                try await session.perform(statement) { try $0.next(as: ID.self) }.rows
            }
        }
        if let assigned = saved.first { id = assigned }
    }

    /// Deletes the row, and what refers to it as its foreign keys say; returns whether it was there.
    ///
    /// - Throws: ``ORMError`` with code `foreignKeyViolation` when a row that refers to it protects it.
    @discardableResult
    public func delete(
        on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line
    ) async throws -> Bool {
        try await Self.objects.withKey(id).delete(on: executor, fileID: fileID, line: line) > 0
    }

    static func insertText(_ dialect: Dialect) -> String {
        let names = schema.columns.map(\.name.sqlIdentifier).joined(separator: ", ")
        let places = schema.columns.map { dialect.insertPlace($0, of: schema.table) }.joined(separator: ", ")
        return "INSERT INTO \(schema.table.sqlIdentifier) (\(names)) VALUES (\(places))"
    }

    /// The values of an insert: a whole-number key of 0 becomes `NULL`, for which the database puts a new one.
    var insertValues: [SQLValue] {
        var values = columnValues
        if let key = Self.schema.columns.firstIndex(where: \.isPrimaryKey), values[key] == .integer(0) {
            values[key] = .null
        }
        return values
    }

    /// Names the foreign keys of the table in an error that does not say which of them was refused.
    static func namingForeignKeys<Value>(_ write: () async throws -> Value) async throws -> Value {
        do {
            return try await write()
        } catch var error as ORMError where error.code == .foreignKeyViolation && error.columns.isEmpty {
            let keys = schema.columns.filter { $0.foreignKey != nil }
            error.table = schema.table
            error.columns = keys.map(\.name)
            let targets = keys.map { "\($0.name) → \($0.foreignKey?.table ?? "")" }.joined(separator: ", ")
            error.message += " \(schema.table) refers to: \(targets)."
            throw error
        }
    }
}
