import CLibPQ
import MartletORM

/// What the server returned for one execution: rows, or how many were changed, or an error.
///
/// It needs no lock: it is immutable, and libpq allows to read one from any thread.
final class PostgresResult: @unchecked Sendable {
    private let handle: OpaquePointer

    /// Takes a result over; it is freed with this object.
    init(_ handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        PQclear(handle)
    }

    var status: ExecStatusType { PQresultStatus(handle) }
    var rowCount: Int { Int(PQntuples(handle)) }
    var columnCount: Int { Int(PQnfields(handle)) }

    /// What was done, such as `INSERT 0 3` or `COMMIT`.
    var tag: String { PQcmdStatus(handle).map { String(cString: $0) } ?? "" }

    /// The number of rows inserted, updated or deleted.
    var changes: Int {
        if tag.hasPrefix("SELECT") || tag.hasPrefix("FETCH") { return 0 }
        return PQcmdTuples(handle).flatMap { Int(String(cString: $0)) } ?? 0
    }

    func name(_ column: Int) -> String { PQfname(handle, Int32(column)).map { String(cString: $0) } ?? "" }
    func type(_ column: Int) -> UInt32 { PQftype(handle, Int32(column)) }
    func isNull(_ row: Int32, _ column: Int32) -> Bool { PQgetisnull(handle, row, column) != 0 }

    /// A value's bytes; valid while this object lives.
    func bytes(_ row: Int32, _ column: Int32) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: PQgetvalue(handle, row, column), count: Int(PQgetlength(handle, row, column)))
    }

    /// A value's bytes; `nil` when it is `NULL`.
    func bytesIfAny(_ row: Int32, _ column: Int32) -> UnsafeRawBufferPointer? {
        let bytes = bytes(row, column)
        // Only what is empty may be nothing, and to ask is a call for each value.
        return bytes.isEmpty && isNull(row, column) ? nil : bytes
    }

    /// A field of an error, by libpq's letter for it.
    func errorField(_ letter: Character) -> String? {
        guard let code = letter.asciiValue else { return nil }
        return PQresultErrorField(handle, Int32(code)).map { String(cString: $0) }
    }

    /// The error's whole text.
    var errorText: String { PQresultErrorMessage(handle).map { String(cString: $0) } ?? "" }
}
