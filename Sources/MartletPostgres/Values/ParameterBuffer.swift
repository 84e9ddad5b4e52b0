import MartletORM

/// The values of one execution as libpq takes them: text, whose type PostgreSQL infers from its place, bytes, and arrays of a
/// known type.
struct ParameterBuffer: Sendable {
    private var bytes: [UInt8] = []
    /// Where each value begins; `nil` for `NULL`.
    private var offsets: [Int?] = []
    private var lengths: [Int32] = []
    private var formats: [Int32] = []
    /// The places of bytes.
    private(set) var bytePlaces: [Int] = []

    var count: Int { offsets.count }

    /// - Throws: `ORMError` with code `invalidValue` when PostgreSQL has no such value.
    init(_ values: [SQLValue]) throws(ORMError) {
        offsets.reserveCapacity(values.count)
        for value in values { try append(value) }
    }

    /// One array for each of the columns of many rows, whose place says what it is an array of.
    ///
    /// - Throws: `ORMError` with code `invalidValue` when PostgreSQL has no such value.
    init(_ columns: [(position: Int, storage: ColumnStorage)], of rows: ArraySlice<[SQLValue]>) throws(ORMError) {
        for column in columns {
            let start = bytes.count
            let isBinary = BinaryArray.append(column.position, of: rows, as: column.storage, to: &bytes)
            if !isBinary { try PostgresText.append(column.position, of: rows, to: &bytes) }
            offsets.append(start)
            formats.append(isBinary ? 1 : 0)
            try finish(from: start)
        }
    }

    /// Lends the values as parallel C arrays.
    func withArrays<Value>(
        _ body: (
            _ values: UnsafePointer<UnsafePointer<CChar>?>?, _ lengths: UnsafePointer<Int32>?,
            _ formats: UnsafePointer<Int32>?
        ) -> Value
    ) -> Value {
        bytes.withUnsafeBytes { bytes in
            let base = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            let pointers = offsets.map { offset in offset.flatMap { base?.advanced(by: $0) } }
            return pointers.withUnsafeBufferPointer { pointers in
                lengths.withUnsafeBufferPointer { lengths in
                    formats.withUnsafeBufferPointer { formats in
                        body(pointers.baseAddress, lengths.baseAddress, formats.baseAddress)
                    }
                }
            }
        }
    }

    private mutating func append(_ value: SQLValue) throws(ORMError) {
        if value.isNull {
            offsets.append(nil)
            lengths.append(0)
            formats.append(0)
            return
        }
        let start = bytes.count
        offsets.append(start)
        if case .blob(let blob) = value {
            bytes += blob
            bytePlaces.append(formats.count)
            formats.append(1)
        } else {
            try PostgresText.append(value, to: &bytes)
            formats.append(0)
        }
        try finish(from: start)
    }

    private mutating func finish(from start: Int) throws(ORMError) {
        let length = bytes.count - start
        guard length < 1 << 30 else {
            throw ORMError(.invalidValue, "A value of \(length) bytes is too large; PostgreSQL takes up to 1 GB.")
        }
        lengths.append(Int32(length))
        bytes.append(0)
    }
}
