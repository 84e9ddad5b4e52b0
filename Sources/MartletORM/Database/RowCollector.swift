/// The rows of a statement while they come.
///
/// It is made and filled in the module of the models, where the compiler knows what a row is: a driver, which does not,
/// would move each row by a description of its type.
// Only the driver touches it while the statement runs, and only who asked for the rows afterwards: no lock is needed.
@usableFromInline
package final class RowCollector<Row>: @unchecked Sendable {
    @usableFromInline var rows: [Row] = []
    @usableFromInline let decode: @Sendable (inout RowDecoder) throws -> Row

    @inlinable
    package init(_ decode: @escaping @Sendable (inout RowDecoder) throws -> Row) {
        self.decode = decode
    }

    @inlinable
    package var sink: RowSink {
        RowSink { expected in
            self.rows.removeAll()
            self.rows.reserveCapacity(expected)
        } take: { row in
            self.rows.append(try self.decode(&row))
        } fork: {
            let part = RowCollector(self.decode)
            return RowFork(sink: part.sink) { self.rows += part.takeAll() }
        }
    }

    /// Hands the rows over.
    @inlinable
    package func takeAll() -> [Row] {
        var taken: [Row] = []
        swap(&taken, &rows)
        return taken
    }
}
