import Foundation
import MartletORM
import MartletTasks

extension QueryExecutor {
    /// Runs a statement and returns how many rows it has changed.
    @discardableResult
    func change(_ text: String, _ values: [SQLValue] = []) async throws -> Int {
        try await change(text, each: [values])
    }

    /// Runs a statement once for each set of values, in one trip, and returns how many rows that has changed.
    @discardableResult
    func change(_ text: String, each sets: [[SQLValue]]) async throws -> Int {
        guard !sets.isEmpty else { return 0 }
        return try await withSession(.write) { session in
            try await session.run(Statement(text, each: sets)) { _ in true }.changes
        }
    }

    /// Runs a statement and decodes its rows.
    func all<Row: Sendable>(
        _ text: String, _ values: [SQLValue] = [], _ decode: @escaping @Sendable (inout RowDecoder) throws -> Row
    ) async throws -> [Row] {
        try await all(text, each: [values], decode)
    }

    /// Runs a statement once for each set of values, in one trip, and decodes the rows of all.
    func all<Row: Sendable>(
        _ text: String, each sets: [[SQLValue]], _ decode: @escaping @Sendable (inout RowDecoder) throws -> Row
    ) async throws -> [Row] {
        guard !sets.isEmpty else { return [] }
        return try await withSession(.write) { session in
            try await session.run(Statement(text, each: sets), decode: decode).rows
        }
    }

    /// The first value of the first row.
    func one<Value: ColumnValue & Sendable>(
        _ text: String, _ values: [SQLValue] = [], as type: Value.Type = Value.self
    ) async throws -> Value? {
        try await all(text, values) { try $0.next(as: Value.self) }.first
    }
}

extension SQLValue {
    /// A moment, in microseconds since 1970.
    static func moment(_ date: Date) -> SQLValue { .integer(Int64(date.microseconds)) }
    /// A moment, or `NULL`.
    static func moment(_ date: Date?) -> SQLValue { date.map { .moment($0) } ?? .null }
    /// A whole number.
    static func number(_ number: Int) -> SQLValue { .integer(Int64(number)) }
    /// A truth value.
    static func flag(_ flag: Bool) -> SQLValue { .integer(flag ? 1 : 0) }
    /// A text, or `NULL`.
    static func optional(_ text: String?) -> SQLValue { text.map(SQLValue.text) ?? .null }
    /// An array of texts.
    static func texts(_ texts: [String]) -> SQLValue { .array(texts.map(SQLValue.text)) }
}

extension RowDecoder {
    /// The next column, microseconds since 1970, as a moment.
    mutating func moment() throws -> Date { Self.date(try next(as: Int64.self)) }
    /// The next column as a moment, if there is one.
    mutating func optionalMoment() throws -> Date? { try next(as: Int64?.self).map(Self.date) }
    /// The next column as bytes.
    mutating func bytes() throws -> [UInt8] { [UInt8](try next(as: Data.self)) }

    private static func date(_ microseconds: Int64) -> Date {
        Date(timeIntervalSince1970: Double(microseconds) / 1_000_000)
    }
}
