extension QuerySet where Row: Model {
    /// Returns the only row of the query or, when there is none, inserts one.
    ///
    /// ```swift
    /// let (client, isNew) = try await Client.objects.filter { $0.name == "Ada" }
    ///     .getOrCreate(on: database) { Client(name: "Ada", country: "DE", company: 1) }
    /// ```
    ///
    /// When another process inserts the row meanwhile, and a unique constraint knows them for the same, that one is
    /// returned.
    ///
    /// - Throws: ``ORMError`` with code `multipleObjectsReturned` when there are several, or the code of the constraint
    ///   that refused the new row.
    public func getOrCreate(
        on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line, _ make: () -> Row
    ) async throws -> (row: Row, isNew: Bool) {
        if let row = try await only(on: executor, fileID, line) { return (row, false) }
        do {
            // In a savepoint, if this is a transaction: a refused row must not end it.
            let row = try await executor.transaction(for: Row.self) { tx in
                try await create(make(), on: tx, fileID: fileID, line: line)
            }
            return (row, true)
        } catch let error as ORMError where error.code == .uniqueViolation {
            // In a transaction, which is where it was refused: a replica may not have heard of that row yet.
            let found = try await executor.transaction(for: Row.self) { tx in try await only(on: tx, fileID, line) }
            guard let row = found else { throw error }
            return (row, false)
        }
    }

    /// Changes the only row of the query or, when there is none, inserts one; in one transaction.
    ///
    /// ```swift
    /// let (client, isNew) = try await Client.objects.filter { $0.name == "Ada" }
    ///     .updateOrCreate(on: database) { $0.country = "DE" } create: { Client(name: "Ada", country: "DE", company: 1) }
    /// ```
    ///
    /// - Throws: as ``getOrCreate(on:fileID:line:_:)`` does.
    public func updateOrCreate(
        on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line, update: (inout Row) -> Void,
        create make: () -> Row
    ) async throws -> (row: Row, isNew: Bool) {
        try await executor.transaction(for: Row.self) { tx in
            let locked = tx.dialect == .postgreSQL ? selectForUpdate() : self
            let found = try await locked.getOrCreate(on: tx, fileID: fileID, line: line, make)
            guard !found.isNew else { return found }
            var row = found.row
            update(&row)
            try await row.save(on: tx, fileID: fileID, line: line)
            return (row, false)
        }
    }

    private func only(on executor: some QueryExecutor, _ fileID: String, _ line: Int) async throws -> Row? {
        do {
            return try await get(on: executor, fileID: fileID, line: line)
        } catch let error as ORMError where error.code == .doesNotExist {
            return nil
        }
    }
}
