import Foundation
import MartletORM

/// One value as it came from the server, in binary form: a type and the bytes, lent while the result lives.
struct WireValue {
    let type: WireType
    let bytes: UnsafeRawBufferPointer

    /// The value, whatever its type; `nil` when it is of a type that is not read here, or malformed.
    func value(_ types: WireTypes) -> SQLValue? {
        switch type {
        case .boolean, .int2, .int4, .int8, .oid: integer.map(SQLValue.integer)
        case .float4, .float8: real.map(SQLValue.real)
        case .bytea: .blob(Array(bytes))
        case .timestamp: timestamp.map(SQLValue.timestamp)
        case .array: array(types).map(SQLValue.array)
        case .void: .null
        case .text, .jsonb, .numeric, .uuid, .date, .time, .interval: text.map(SQLValue.text)
        case .other: nil
        }
    }

    var integer: Int64? {
        switch (type, bytes.count) {
        case (.boolean, 1): Int64(bytes[0])
        case (.int2, 2): Int64(load(Int16.self))
        case (.int4, 4): Int64(load(Int32.self))
        case (.int8, 8): load(Int64.self)
        case (.oid, 4): Int64(load(UInt32.self))
        case (.numeric, _): NumericText(bytes)?.wholeNumber
        default: nil
        }
    }

    var real: Double? {
        switch (type, bytes.count) {
        case (.float8, 8): Double(bitPattern: load(UInt64.self))
        case (.float4, 4): Double(Float(bitPattern: load(UInt32.self)))
        case (.numeric, _): NumericText(bytes).flatMap { Double($0.text) }
        default: integer.map(Double.init)
        }
    }

    var text: String? {
        switch (type, bytes.count) {
        case (.text, _): String(decoding: bytes, as: UTF8.self)
        case (.jsonb, 1...): String(decoding: bytes.dropFirst(), as: UTF8.self)
        case (.numeric, _): NumericText(bytes)?.text
        case (.uuid, 16): uuid?.uuidString.lowercased()
        case (.date, 4): CalendarText.date(load(Int32.self))
        case (.time, 8): CalendarText.time(load(Int64.self))
        case (.timestamp, 8): timestamp.flatMap { try? PostgresText.timestamp($0) }
        case (.interval, 16):
            CalendarText.interval(
                months: load(Int32.self, 12), days: load(Int32.self, 8), microseconds: load(Int64.self))
        default: nil
        }
    }

    /// Days from 2000 on the wire; `nil` for the infinities.
    var day: CalendarDate? {
        guard type == .date, bytes.count == 4 else { return nil }
        let days = load(Int32.self)
        return days == .max || days == .min ? nil : CalendarDate(days: Int64(days) + 10_957)
    }

    var uuid: UUID? {
        switch (type, bytes.count) {
        case (.uuid, 16): UUID(uuid: bytes.loadUnaligned(as: uuid_t.self))
        case (.text, _): UUID(uuidString: String(decoding: bytes, as: UTF8.self))
        default: nil
        }
    }

    /// Microseconds from 2000 on the wire, with the first and last number for the infinities.
    var timestamp: Date? {
        switch (type, bytes.count) {
        case (.timestamp, 8):
            let microseconds = load(Int64.self)
            if microseconds == .max { return Date(timeIntervalSince1970: .infinity) }
            if microseconds == .min { return Date(timeIntervalSince1970: -.infinity) }
            let (sum, overflow) = microseconds.addingReportingOverflow(946_684_800_000_000)
            return overflow ? nil : Date(timeIntervalSince1970: Double(sum) / 1_000_000)
        case (.date, 4):
            return Date(timeIntervalSince1970: Double(Int64(load(Int32.self)) + 10_957) * 86_400)
        default: return nil
        }
    }

    private func load<Number: FixedWidthInteger>(_ type: Number.Type, _ offset: Int = 0) -> Number {
        Number(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
}

extension WireValue {
    /// The elements of an array, in arrays of their own for each further dimension.
    func array(_ types: WireTypes) -> [SQLValue]? {
        guard type == .array, bytes.count >= 12 else { return nil }
        let dimensions = Int(load(Int32.self))
        guard dimensions > 0 else { return [] }
        guard dimensions <= 6, let element = types[load(UInt32.self, 8)], bytes.count >= 12 + dimensions * 8 else {
            return nil
        }
        let sizes = (0..<dimensions).map { Int(load(Int32.self, 12 + $0 * 8)) }
        var position = 12 + dimensions * 8
        return elements(sizes[...], element, &position, types)
    }

    private func elements(
        _ sizes: ArraySlice<Int>, _ type: WireType, _ position: inout Int, _ types: WireTypes
    ) -> [SQLValue]? {
        guard let count = sizes.first, count >= 0 else { return nil }
        var values: [SQLValue] = []
        values.reserveCapacity(min(count, bytes.count))
        for _ in 0..<count {
            if sizes.count > 1 {
                guard let inner = elements(sizes.dropFirst(), type, &position, types) else { return nil }
                values.append(.array(inner))
            } else {
                guard let value = element(type, &position, types) else { return nil }
                values.append(value)
            }
        }
        return values
    }

    private func element(_ type: WireType, _ position: inout Int, _ types: WireTypes) -> SQLValue? {
        guard position + 4 <= bytes.count else { return nil }
        let length = Int(load(Int32.self, position))
        position += 4
        if length < 0 { return .null }
        guard position + length <= bytes.count else { return nil }
        defer { position += length }
        return WireValue(type: type, bytes: UnsafeRawBufferPointer(rebasing: bytes[position..<(position + length)]))
            .value(types)
    }
}
