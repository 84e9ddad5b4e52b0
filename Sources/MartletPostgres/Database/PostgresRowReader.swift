import Foundation
import MartletORM

/// The columns of a result: their types, and what types there are.
final class ResultShape: Sendable {
    let types: [WireType]
    fileprivate let forms: [CellForm]
    let all: WireTypes
    /// The server's numbers of the types.
    private let oids: [UInt32]

    /// - Throws: the numbers of the types that must be looked up first.
    init(_ result: PostgresResult, _ all: WireTypes) throws(UnknownTypes) {
        oids = (0..<result.columnCount).map(result.type)
        let unknown = oids.filter { all[$0] == nil }
        guard unknown.isEmpty else { throw UnknownTypes(oids: unknown) }
        types = oids.map { all[$0] ?? .other("type \($0)") }
        forms = types.map(CellForm.init)
        self.all = all
    }

    /// Whether a result has columns of the same types.
    func fits(_ result: PostgresResult) -> Bool {
        guard result.columnCount == oids.count else { return false }
        for column in oids.indices where result.type(column) != oids[column] { return false }
        return true
    }

    struct UnknownTypes: Error {
        let oids: [UInt32]
    }
}

/// How a column's bytes become a cell.
private enum CellForm: UInt8 {
    case boolean, int2, int4, int8, float8, text, bytea, other

    init(_ type: WireType) {
        self =
            switch type {
            case .boolean: .boolean
            case .int2: .int2
            case .int4: .int4
            case .int8: .int8
            case .float8: .float8
            case .text: .text
            case .bytea: .bytea
            default: .other
            }
    }

    func cell(_ bytes: UnsafeRawBufferPointer) -> ColumnCell {
        switch (self, bytes.count) {
        case (.int8, 8): .integer(Int64(bigEndian: bytes.loadUnaligned(as: Int64.self)))
        case (.int4, 4): .integer(Int64(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self))))
        case (.int2, 2): .integer(Int64(Int16(bigEndian: bytes.loadUnaligned(as: Int16.self))))
        case (.boolean, 1): .integer(Int64(bytes[0]))
        case (.float8, 8): .real(Double(bitPattern: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))))
        case (.text, _): .text(bytes.baseAddress, bytes.count)
        case (.bytea, _): .blob(bytes.baseAddress, bytes.count)
        default: .other
        }
    }
}

/// Reads columns of one row after the other straight from libpq's memory.
final class PostgresRowReader: ColumnReader {
    private let result: PostgresResult
    private let shape: ResultShape
    /// The row that is read.
    var row: Int32 = 0

    init(_ result: PostgresResult, _ shape: ResultShape) {
        self.result = result
        self.shape = shape
    }

    /// Gives rows to `take`, one after the other.
    func decode(_ rows: Range<Int>, _ take: (inout RowDecoder) throws -> Void) throws {
        try withExtendedLifetime(result) {
            try withUnsafeTemporaryAllocation(of: ColumnCell.self, capacity: columnCount) { cells in
                cells.initialize(repeating: .null)
                var decoder = RowDecoder(UnsafeBufferPointer(cells), self)
                for row in rows {
                    self.row = Int32(row)
                    fill(cells)
                    decoder.rewind()
                    try take(&decoder)
                }
            }
        }
    }

    private func fill(_ cells: UnsafeMutableBufferPointer<ColumnCell>) {
        let (row, forms) = (row, shape.forms)
        for position in cells.indices {
            if let bytes = result.bytesIfAny(row, Int32(position)) {
                cells[position] = forms[position].cell(bytes)
            } else {
                cells[position] = .null
            }
        }
    }

    var columnCount: Int { shape.types.count }
    func name(at position: Int) -> String { result.name(position) }
    func isNull(at position: Int) -> Bool { result.isNull(row, Int32(position)) }
    func integer(at position: Int) -> Int64? { read(position) { $0.integer } ?? nil }
    func real(at position: Int) -> Double? { read(position) { $0.real } ?? nil }
    func text(at position: Int) -> String? { read(position) { $0.text } ?? nil }
    func timestamp(at position: Int) -> Date? {
        read(position) { wire in wire.timestamp ?? (wire.type == .text ? wire.text.flatMap(TimestampText.date) : nil) }
            ?? nil
    }
    func day(at position: Int) -> CalendarDate? {
        read(position) { wire in wire.day ?? wire.text.flatMap(CalendarDate.init(_:)) } ?? nil
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
        withExtendedLifetime(result) {
            result.bytesIfAny(row, Int32(position)).map { body(WireValue(type: shape.types[position], bytes: $0)) }
        }
    }
}
