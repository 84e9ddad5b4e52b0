/// A foreign key to a unique column of another model that is not its primary key; Django's `to_field`.
///
/// ```swift
/// @Model("author")
/// struct Author {
///     var id: Int
///     @Unique var name: String
/// }
///
/// @Model("address")
/// struct Address {
///     var id: Int
///     @ForeignKey(onDelete: .cascade) var author: KeyedReference<Author.NameKey>
/// }
///
/// Address(author: KeyedReference(author))
/// ```
///
/// The column `author_id` holds the author's name, `address.author.key`, and all that a ``Reference`` can be asked for, this
/// one can too. The database refuses to change the name while a row refers to it.
public struct KeyedReference<TargetKey: UniqueKey>: Sendable where TargetKey.Value: Hashable & Encodable {
    /// What the row referred to has in its unique column.
    public let key: TargetKey.Value

    /// Refers to the row with that value in the column.
    @inlinable
    public init(key: TargetKey.Value) {
        self.key = key
    }

    /// Refers to a row.
    public init(_ target: TargetKey.Table) where TargetKey: RequiredKey {
        key = TargetKey.key(of: target)
    }

    /// Refers to a row by a column that may be `NULL`; `nil` when it is.
    @_disfavoredOverload  // Where the column may not be, nothing needs to be unwrapped.
    public init?(_ target: TargetKey.Table) {
        guard let key = TargetKey.value(of: target) else { return nil }
        self.key = key
    }

    /// Loads the row: one statement.
    ///
    /// - Throws: ``ORMError`` with code `doesNotExist` when there is no such row any more.
    public func load(
        on executor: some QueryExecutor, fileID: String = #fileID, line: Int = #line
    ) async throws -> TargetKey.Table {
        let rows = TargetKey.Table.objects.changed { select in
            select.origin = .reference(TargetKey.Table.self)
            select.require(.column(.root, TargetKey.column) + " = " + .value(key.sqlValue))
        }
        guard let row = try await rows.all(on: executor, fileID: fileID, line: line).first else {
            throw rows.noRow(TargetKey.column, key.sqlValue, CallSite(fileID: fileID, line: line))
        }
        return row
    }
}

extension KeyedReference: Hashable {
    /// Whether both refer to the same row.
    public static func == (left: KeyedReference, right: KeyedReference) -> Bool { left.key == right.key }

    /// Hashes the key.
    public func hash(into hasher: inout Hasher) { hasher.combine(key) }
}

extension KeyedReference: Encodable {
    /// Encodes the key alone.
    public func encode(to encoder: any Encoder) throws {
        try key.encode(to: encoder)
    }
}

extension KeyedReference: ColumnValue {
    /// The storage of the key.
    @inlinable public static var storage: ColumnStorage { TargetKey.Value.storage }
    /// The key.
    @inlinable public var sqlValue: SQLValue { key.sqlValue }

    /// Reads the key.
    @inlinable
    public init(from row: some ColumnReader, at position: Int) throws {
        key = try TargetKey.Value(from: row, at: position)
    }
}

extension KeyedReference: ExpressibleByUnicodeScalarLiteral
where TargetKey.Value: ExpressibleByUnicodeScalarLiteral {
    /// Refers to the row with that key.
    public init(unicodeScalarLiteral value: TargetKey.Value.UnicodeScalarLiteralType) {
        key = TargetKey.Value(unicodeScalarLiteral: value)
    }
}

extension KeyedReference: ExpressibleByExtendedGraphemeClusterLiteral
where TargetKey.Value: ExpressibleByExtendedGraphemeClusterLiteral {
    /// Refers to the row with that key.
    public init(extendedGraphemeClusterLiteral value: TargetKey.Value.ExtendedGraphemeClusterLiteralType) {
        key = TargetKey.Value(extendedGraphemeClusterLiteral: value)
    }
}

extension KeyedReference: ExpressibleByStringLiteral where TargetKey.Value: ExpressibleByStringLiteral {
    /// Refers to the row with that key.
    public init(stringLiteral value: TargetKey.Value.StringLiteralType) {
        key = TargetKey.Value(stringLiteral: value)
    }
}

extension KeyedReference: ExpressibleByIntegerLiteral where TargetKey.Value: ExpressibleByIntegerLiteral {
    /// Refers to the row with that key.
    public init(integerLiteral value: TargetKey.Value.IntegerLiteralType) {
        key = TargetKey.Value(integerLiteral: value)
    }
}
