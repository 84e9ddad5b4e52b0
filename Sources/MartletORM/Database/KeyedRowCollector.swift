/// The rows of a statement while they come, and the keys that are read of each.
// No lock is needed, as for ``RowCollector``.
@usableFromInline
final class KeyedRowCollector<Key, Row>: @unchecked Sendable {
    @usableFromInline var keys: [Key] = []
    @usableFromInline var rows: [Row] = []
    @usableFromInline let readKeys: @Sendable (inout RowDecoder, inout [Key]) throws -> Void
    @usableFromInline let decode: @Sendable (inout RowDecoder) throws -> Row

    /// - Parameter readKeys: Puts the row's keys behind the others, before the row itself is decoded.
    @inlinable
    init(
        readKeys: @escaping @Sendable (inout RowDecoder, inout [Key]) throws -> Void,
        decode: @escaping @Sendable (inout RowDecoder) throws -> Row
    ) {
        self.readKeys = readKeys
        self.decode = decode
    }

    @inlinable var sink: RowSink {
        RowSink { expected in
            self.keys.removeAll()
            self.rows.removeAll()
            self.rows.reserveCapacity(expected)
        } take: { row in
            try self.readKeys(&row, &self.keys)
            self.rows.append(try self.decode(&row))
        } fork: {
            let part = KeyedRowCollector(readKeys: self.readKeys, decode: self.decode)
            return RowFork(sink: part.sink) { self.append(part.takeAll()) }
        }
    }

    /// Hands the keys and rows over.
    @inlinable
    func takeAll() -> (keys: [Key], rows: [Row]) {
        var taken: (keys: [Key], rows: [Row]) = ([], [])
        swap(&taken.keys, &keys)
        swap(&taken.rows, &rows)
        return taken
    }

    @inlinable
    func append(_ part: (keys: [Key], rows: [Row])) {
        keys += part.keys
        rows += part.rows
    }
}
