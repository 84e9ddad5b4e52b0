/// A Swift type that a column can hold.
///
/// Conforming are `Int`, `Int64`, `Bool`, `Double`, `String`, `Date`, `UUID`, `Data`, `Decimal`, ``Reference``,
/// ``KeyedReference``, and `Optional` of all of them. An enum over `String` or `Int` conforms by saying so:
///
/// ```swift
/// enum Status: String, ColumnValue { case draft, sent, paid }
/// ```
public protocol ColumnValue: Sendable {
    /// How the database stores the type.
    static var storage: ColumnStorage { get }
    /// Whether the column may hold `NULL`; true of `Optional` only.
    static var isNullable: Bool { get }
    /// The value as the database stores it.
    var sqlValue: SQLValue { get }

    /// Reads the value from a column of a row.
    ///
    /// - Throws: ``ORMError`` with code `decoding` when the column holds something else.
    init(from row: some ColumnReader, at position: Int) throws
}

/// A column type whose order in the database is the order in Swift, so that `<` and sorting mean the same in both.
///
/// `Decimal` and `Data` are stored exactly but do not sort as numbers, so they do not conform.
public protocol ComparableColumnValue: ColumnValue {}

/// How a database stores a column.
public enum ColumnStorage: Sendable, Hashable {
    /// Whole numbers of 64 bits.
    case integer
    /// Floating point numbers.
    case real
    /// Text.
    case text
    /// Bytes.
    case blob
    /// True or false; 0 and 1 where the database has no such type.
    case boolean
    /// A point in time.
    case timestamp
    /// A day of the calendar.
    case date
    /// A time of the day.
    case time
    /// A span of months, days and a time.
    case interval
    /// An exact decimal number.
    case decimal
    /// An identifier of 128 bits.
    case uuid
    /// A JSON document.
    case json
    /// Several values of one type.
    indirect case array(ColumnStorage)
}

extension ColumnValue {
    /// Columns are `NOT NULL` unless their type is an `Optional`.
    @inlinable public static var isNullable: Bool { false }
}

extension Optional: ColumnValue where Wrapped: ColumnValue {
    /// The storage of the wrapped type.
    @inlinable public static var storage: ColumnStorage { Wrapped.storage }
    /// True: the column may hold `NULL`.
    @inlinable public static var isNullable: Bool { true }
    /// The wrapped value, or `NULL`.
    @inlinable public var sqlValue: SQLValue { self?.sqlValue ?? .null }

    /// Reads the wrapped value, or `nil` from `NULL`.
    @inlinable
    public init(from row: some ColumnReader, at position: Int) throws {
        self = row.isNull(at: position) ? nil : try Wrapped(from: row, at: position)
    }
}

extension Optional: ComparableColumnValue where Wrapped: ComparableColumnValue {}

extension ColumnValue where Self: RawRepresentable, RawValue: ColumnValue {
    /// The storage of the raw value.
    @inlinable public static var storage: ColumnStorage { RawValue.storage }
    /// The raw value.
    @inlinable public var sqlValue: SQLValue { rawValue.sqlValue }

    /// Reads the raw value and finds the case with it.
    @inlinable
    public init(from row: some ColumnReader, at position: Int) throws {
        guard let value = Self(rawValue: try RawValue(from: row, at: position)) else {
            throw row.mismatch(at: position, expected: Self.self)
        }
        self = value
    }
}
