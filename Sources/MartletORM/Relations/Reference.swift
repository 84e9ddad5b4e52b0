/// A foreign key: the key of another model's row, which was not loaded.
///
/// The key is always there, `invoice.client.id`. The row is not: load it with the query
/// (`selectRelated(\.client)`), which changes the type to one that has it, or ask for it with ``load(on:fileID:line:)``.
public struct Reference<Target: Model>: Sendable, Hashable {
    /// The key of the row referred to.
    public let id: Target.ID

    /// Refers to the row with that key.
    @inlinable
    public init(id: Target.ID) {
        self.id = id
    }

    /// Refers to a row that has been saved.
    public init(_ target: Target) {
        id = target.id
    }

    /// Whether both refer to the same row.
    public static func == (left: Reference, right: Reference) -> Bool { left.id == right.id }

    /// Hashes the key.
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }

    /// Loads the row: one statement.
    ///
    /// - Throws: ``ORMError`` with code `doesNotExist` when there is no such row any more.
    @inlinable
    public func load(
        on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line
    ) async throws -> Target {
        let (rows, location) = (Target.objects, CallSite(fileID: fileID, line: line))
        guard let row = try await rows.row(id, as: .reference(Target.self), on: executor, at: location) else {
            throw rows.noRow(id, location)
        }
        return row
    }
}

extension Reference: Encodable {
    /// Encodes the key alone.
    public func encode(to encoder: any Encoder) throws {
        try id.encode(to: encoder)
    }
}

extension Reference: ColumnValue {
    /// The storage of the key.
    @inlinable public static var storage: ColumnStorage { Target.ID.storage }
    /// The key.
    @inlinable public var sqlValue: SQLValue { id.sqlValue }

    /// Reads the key.
    @inlinable
    public init(from row: some ColumnReader, at position: Int) throws {
        id = try Target.ID(from: row, at: position)
    }
}

extension Reference: ExpressibleByIntegerLiteral where Target.ID: ExpressibleByIntegerLiteral {
    /// Refers to the row with that key.
    public init(integerLiteral value: Target.ID.IntegerLiteralType) {
        id = Target.ID(integerLiteral: value)
    }
}
