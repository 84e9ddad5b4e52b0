extension Int: ComparableColumnValue {
    /// Stored as a whole number.
    @inlinable public static var storage: ColumnStorage { .integer }
    /// The number.
    @inlinable public var sqlValue: SQLValue { .integer(Int64(self)) }

    /// Reads a whole number.
    @inlinable
    public init(from row: some ColumnReader, at position: Int) throws {
        guard let value = row.integer(at: position), let exact = Int(exactly: value) else {
            throw row.mismatch(at: position, expected: Int.self)
        }
        self = exact
    }
}

extension Int64: ComparableColumnValue {
    /// Stored as a whole number.
    @inlinable public static var storage: ColumnStorage { .integer }
    /// The number.
    @inlinable public var sqlValue: SQLValue { .integer(self) }

    /// Reads a whole number.
    @inlinable
    public init(from row: some ColumnReader, at position: Int) throws {
        guard let value = row.integer(at: position) else { throw row.mismatch(at: position, expected: Int64.self) }
        self = value
    }
}

extension Bool: ComparableColumnValue {
    /// Stored as a truth value, on SQLite as 0 or 1.
    @inlinable public static var storage: ColumnStorage { .boolean }
    /// 1 for true, 0 for false.
    @inlinable public var sqlValue: SQLValue { .integer(self ? 1 : 0) }

    /// Reads 0 as false and 1 as true.
    @inlinable
    public init(from row: some ColumnReader, at position: Int) throws {
        switch row.integer(at: position) {
        case 0: self = false
        case 1: self = true
        default: throw row.mismatch(at: position, expected: Bool.self)
        }
    }
}

extension Double: ComparableColumnValue {
    /// Stored as a floating point number; SQLite has no `nan`, and stores `NULL` in its place.
    @inlinable public static var storage: ColumnStorage { .real }
    /// The number.
    @inlinable public var sqlValue: SQLValue { .real(self) }

    /// Reads a number; a whole number counts too.
    @inlinable
    public init(from row: some ColumnReader, at position: Int) throws {
        guard let value = row.real(at: position) else { throw row.mismatch(at: position, expected: Double.self) }
        self = value
    }
}

extension String: ComparableColumnValue {
    /// Stored as text.
    @inlinable public static var storage: ColumnStorage { .text }
    /// The text.
    @inlinable public var sqlValue: SQLValue { .text(self) }

    /// Reads a text.
    @inlinable
    public init(from row: some ColumnReader, at position: Int) throws {
        guard let value = row.text(at: position) else { throw row.mismatch(at: position, expected: String.self) }
        self = value
    }
}
