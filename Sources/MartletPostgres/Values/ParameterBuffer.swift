import MartletORM

/// The values of one execution as libpq takes them: text, whose type PostgreSQL infers from its place, bytes, and arrays of a
/// known type.
struct ParameterBuffer: Sendable {
    /// Where one value is.
    private struct Place {
        /// Where it begins; `nil` for `NULL`.
        let offset: Int?
        let length: Int32
        /// 0 for text, 1 for the type's binary form.
        let format: Int32
    }

    private var bytes: [UInt8] = []
    private var places: [Place] = []
    /// The places of bytes.
    private(set) var bytePlaces: [Int] = []

    var count: Int { places.count }

    /// - Throws: `ORMError` with code `invalidValue` when PostgreSQL has no such value.
    init(_ values: [SQLValue]) throws(ORMError) {
        places.reserveCapacity(values.count)
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
            try finish(from: start, isBinary: isBinary)
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
            return lend({ $0.offset.flatMap { base?.advanced(by: $0) } }) { values in
                lend(\.length) { lengths in
                    lend(\.format) { formats in body(values, lengths, formats) }
                }
            }
        }
    }

    /// Lends something of each value as a C array.
    private func lend<Element, Value>(
        _ element: (Place) -> Element, _ body: (UnsafePointer<Element>?) -> Value
    ) -> Value {
        withUnsafeTemporaryAllocation(of: Element.self, capacity: places.count) { array in
            for index in places.indices { array.initializeElement(at: index, to: element(places[index])) }
            return body(UnsafePointer(array.baseAddress))
        }
    }

    private mutating func append(_ value: SQLValue) throws(ORMError) {
        if value.isNull {
            places.append(Place(offset: nil, length: 0, format: 0))
            return
        }
        let start = bytes.count
        if case .blob(let blob) = value {
            bytes += blob
            bytePlaces.append(places.count)
            try finish(from: start, isBinary: true)
        } else {
            try PostgresText.append(value, to: &bytes)
            try finish(from: start, isBinary: false)
        }
    }

    private mutating func finish(from start: Int, isBinary: Bool) throws(ORMError) {
        let length = bytes.count - start
        guard length < 1 << 30 else {
            throw ORMError(.invalidValue, "A value of \(length) bytes is too large; PostgreSQL takes up to 1 GB.")
        }
        places.append(Place(offset: start, length: Int32(length), format: isBinary ? 1 : 0))
        bytes.append(0)
    }
}
