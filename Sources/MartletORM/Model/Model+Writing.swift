extension QuerySet where Row: Model {
    /// Inserts a row and returns it with its key.
    ///
    /// A whole-number key of 0 stands for "none yet": the database assigns it.
    ///
    /// - Throws: ``ORMError``, for a refused row with the code of the constraint.
    @discardableResult
    @inlinable
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
    @inlinable
    public func bulkCreate(
        _ rows: [Row], on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line
    ) async throws -> [Row] {
        try await insert(rows, "", .transaction, executor, CallSite(fileID: fileID, line: line))
    }

    /// Inserts rows in one trip, does as told with those that a unique constraint refuses, and returns how many were
    /// inserted or updated.
    ///
    /// - Throws: ``ORMError``, for a row refused by another constraint than a unique one.
    @discardableResult
    public func bulkCreate(
        _ rows: [Row], onConflict: ConflictResolution<Row>, on executor: some QueryExecutor, fileID: String = #fileID,
        line: Int = #line
    ) async throws -> Int {
        let location = CallSite(fileID: fileID, line: line)
        return try await insert(rows, try onConflict.clause.get(), .transaction, executor, location).count
    }

    /// Inserts rows in one trip, does as told with those that a unique constraint refuses, and returns the rows that were
    /// inserted or updated as the database has them now.
    ///
    /// - Throws: ``ORMError``, for a row refused by another constraint than a unique one.
    public func bulkCreateReturning(
        _ rows: [Row], onConflict: ConflictResolution<Row>, on executor: some QueryExecutor, fileID: String = #fileID,
        line: Int = #line
    ) async throws -> [Row] {
        guard !rows.isEmpty else { return [] }
        let columns = Row.schema.columns.map(\.name.sqlIdentifier).joined(separator: ", ")
        let text = try Row.insertText(executor.dialect) + onConflict.clause.get() + " RETURNING \(columns)"
        let statement = Statement(text, each: rows.map(\.insertValues), at: CallSite(fileID: fileID, line: line))
        return try await executor.withSession(.transaction, over: [Row.schema.table]) { session in
            try await Row.namingForeignKeys { try await session.perform(statement) { try Row(from: &$0) }.rows }
        }
    }

    /// Writes the chosen columns of rows that are in the database, in one trip, and returns how many there were.
    ///
    /// ```swift
    /// try await Line.objects.bulkUpdate(lines, \.amount, \.project.id, on: database)
    /// ```
    ///
    /// - Throws: ``ORMError``, for a refused row with the code of the constraint.
    @discardableResult
    public func bulkUpdate<each Value>(
        _ rows: [Row], _ columns: repeat KeyPath<Row.Columns, Column<each Value>>, on executor: some QueryExecutor,
        fileID: String = #fileID, line: Int = #line
    ) async throws -> Int {
        var names: [String] = []
        var problems: [ORMError?] = []
        repeat names.append(Self.columns[keyPath: each columns].ownName)
        repeat problems.append(Self.columns[keyPath: each columns].problem)
        if let problem = problems.lazy.compactMap(\.self).first { throw problem }
        guard !rows.isEmpty, !names.isEmpty else { return 0 }
        let schema = Row.schema
        let positions = names.map { name in schema.columns.firstIndex { $0.name == name } ?? 0 }
        let key = schema.columns.firstIndex(where: \.isPrimaryKey) ?? 0
        let changes = names.map { "\($0.sqlIdentifier) = ?" }.joined(separator: ", ")
        let statement = Statement(
            "UPDATE \(schema.table.sqlIdentifier) SET \(changes) WHERE \(schema.primaryKey.sqlIdentifier) = ?",
            each: rows.map { row in
                let values = row.columnValues
                return positions.map { values[$0] } + [values[key]]
            }, at: CallSite(fileID: fileID, line: line))
        return try await executor.withSession(.transaction, over: [Row.schema.table]) { session in
            try await Row.namingForeignKeys { try await session.perform(statement) { _ in true }.changes }
        }
    }

    @inlinable
    func insert(
        _ rows: [Row], _ conflict: String, _ kind: SessionKind, _ executor: some QueryExecutor, _ location: CallSite
    ) async throws -> [Row] {
        guard !rows.isEmpty else { return [] }
        let statement = Statement(
            inserting: Row.self, rows.map { $0.insertValues }, conflict, executor.dialect, at: location)
        let keys = try await executor.withSession(kind, over: [Row.schema.table]) { session in
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
        let saved = try await executor.withSession(.write, over: [Self.schema.table]) { session in
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
    @inlinable var insertValues: [SQLValue] {
        var values = columnValues
        if let key = Self.schema.keyPosition, case .integer(0) = values[key] { values[key] = .null }
        return values
    }

    /// Names the foreign keys of the table in an error that does not say which of them was refused.
    @usableFromInline
    static func namingForeignKeys<Value>(_ write: () async throws -> Value) async throws -> Value {
        do {
            return try await write()
        } catch var error as ORMError where error.code == .foreignKeyViolation && error.columns.isEmpty {
            let keys = schema.columns.filter { $0.foreignKey?.isConstraint ?? false }
            error.table = schema.table
            error.columns = keys.map(\.name)
            let targets = keys.map { "\($0.name) → \($0.foreignKey?.table ?? "")" }.joined(separator: ", ")
            error.message += " \(schema.table) refers to: \(targets)."
            throw error
        }
    }
}
