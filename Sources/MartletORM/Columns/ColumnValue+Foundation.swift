public import Foundation

extension Date: ComparableColumnValue {
    /// Stored as a point in time, rounded to microseconds.
    ///
    /// On SQLite it is text, `2026-03-01 12:30:00.000000` in UTC as Django writes it, so that it sorts and can be read;
    /// before year 0 and after 9999, the nearest time within.
    public static var storage: ColumnStorage { .timestamp }
    /// The time.
    public var sqlValue: SQLValue { .timestamp(self) }

    /// Reads `YYYY-MM-DD`, or that with `HH:MM:SS` and up to nine decimals; `T` and a final `Z` are taken too.
    public init(from row: some ColumnReader, at position: Int) throws {
        guard let date = row.timestamp(at: position) else {
            throw row.mismatch(at: position, expected: Date.self)
        }
        self = date
    }
}

extension UUID: ComparableColumnValue {
    /// Stored as an identifier, on SQLite as text of 36 characters in lower case.
    public static var storage: ColumnStorage { .uuid }
    /// The identifier in lower case.
    public var sqlValue: SQLValue { .text(uuidString.lowercased()) }

    /// Reads the identifier, in either case.
    public init(from row: some ColumnReader, at position: Int) throws {
        guard let value = row.uuid(at: position) else {
            throw row.mismatch(at: position, expected: UUID.self)
        }
        self = value
    }
}

extension Data: ColumnValue {
    /// Stored as bytes.
    public static var storage: ColumnStorage { .blob }
    /// The bytes.
    public var sqlValue: SQLValue { .blob(Array(self)) }

    /// Reads bytes.
    public init(from row: some ColumnReader, at position: Int) throws {
        guard let bytes = row.blob(at: position) else { throw row.mismatch(at: position, expected: Data.self) }
        self = Data(bytes)
    }
}

extension Decimal: ColumnValue {
    /// Stored as an exact decimal number, on SQLite as its text, never as a floating point number.
    ///
    /// Equal numbers have equal text (`1.50` is stored as `1.5`), but the text does not sort as a number: `<` and
    /// `order(by:)` do not compile for it. Store money as a whole number of its smallest unit where you compare or sum.
    public static var storage: ColumnStorage { .decimal }
    /// The number's shortest decimal text.
    public var sqlValue: SQLValue { .text(description) }

    /// Reads a decimal number of at most 38 digits, all that fit exactly; `NaN` too.
    public init(from row: some ColumnReader, at position: Int) throws {
        if row.text(at: position) == "NaN" {
            self = .nan
            return
        }
        guard let text = row.text(at: position), text.allSatisfy(Self.isDecimalCharacter),
            Self.isExact(text), let value = Decimal(string: text, locale: nil)
        else { throw row.mismatch(at: position, expected: Decimal.self) }
        self = value
    }

    /// Whether no digit is lost: `Decimal` keeps 38.
    private static func isExact(_ text: String) -> Bool {
        let digits = text.prefix { $0 != "e" && $0 != "E" }.filter(\.isNumber).drop { $0 == "0" }
        guard digits.count > 38 else { return true }
        return digits.dropFirst(38).allSatisfy { $0 == "0" }
    }

    private static func isDecimalCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isNumber || "+-.eE".contains(character))
    }
}
