import Foundation
import MartletORM

/// The columns of a result: their names, their types, and what types there are.
final class ResultShape: Sendable {
    let names: [String]
    let types: [WireType]
    let all: WireTypes

    /// - Throws: the numbers of the types that must be looked up first.
    init(_ result: PostgresResult, _ all: WireTypes) throws(UnknownTypes) {
        let columns = 0..<result.columnCount
        let unknown = columns.map(result.type).filter { all[$0] == nil }
        guard unknown.isEmpty else { throw UnknownTypes(oids: unknown) }
        names = columns.map(result.name)
        types = columns.map { all[result.type($0)] ?? .other("type \(result.type($0))") }
        self.all = all
    }

    struct UnknownTypes: Error {
        let oids: [UInt32]
    }
}

/// Reads columns of one row straight from libpq's memory.
struct PostgresRowReader: ColumnReader {
    let result: PostgresResult
    let shape: ResultShape
    let row: Int32

    var columnCount: Int { shape.names.count }
    func name(at position: Int) -> String { shape.names[position] }
    func isNull(at position: Int) -> Bool { result.isNull(row, Int32(position)) }
    func integer(at position: Int) -> Int64? { read(position) { $0.integer } ?? nil }
    func real(at position: Int) -> Double? { read(position) { $0.real } ?? nil }
    func text(at position: Int) -> String? { read(position) { $0.text } ?? nil }
    func timestamp(at position: Int) -> Date? {
        read(position) { wire in wire.timestamp ?? (wire.type == .text ? wire.text.flatMap(TimestampText.date) : nil) }
            ?? nil
    }
    func uuid(at position: Int) -> UUID? { read(position) { $0.uuid } ?? nil }
    func array(at position: Int) -> [SQLValue]? { read(position) { $0.array(shape.all) } ?? nil }

    func blob(at position: Int) -> [UInt8]? {
        shape.types[position] == .bytea ? read(position) { Array($0.bytes) } : nil
    }

    func value(at position: Int) -> SQLValue {
        guard let wire = read(position, { ($0.type, $0.value(shape.all)) }) else { return .null }
        if let value = wire.1 { return value }
        if case .other(let name) = wire.0 {
            return .text(
                "a value of type \(name), which is not read here; select it as text: \(self.name(at: position))::text")
        }
        return .text("a malformed value")
    }

    /// The value of a column that is not `NULL`; the result lives while its bytes are read.
    private func read<Value>(_ position: Int, _ body: (WireValue) -> Value) -> Value? {
        let column = Int32(position)
        if result.isNull(row, column) { return nil }
        return withExtendedLifetime(result) {
            body(WireValue(type: shape.types[position], bytes: result.bytes(row, column)))
        }
    }
}
