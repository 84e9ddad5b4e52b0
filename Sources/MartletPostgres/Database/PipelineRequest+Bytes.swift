import MartletORM

// Bytes travel in binary form, and PostgreSQL takes any value in the binary form of the type its place has: bytes would
// become a text, or eight of them a whole number.

extension PipelineRequest {
    /// The question that fails when a place of bytes is for a text, a number or the like; `nil` when there are no bytes.
    ///
    /// It travels between the preparation of a statement and its first use, which is left out when this fails.
    func byteCheck(_ name: String) -> String? {
        if bytePlaces.isEmpty { return nil }
        // Others, such as those of an extension, may have a binary form of their own to give.
        let types = [
            "text", "varchar", "bpchar", "name", "int2", "int4", "int8", "float4", "float8", "numeric", "bool", "uuid",
            "date", "time", "timetz", "timestamp", "timestamptz", "interval", "json", "jsonb",
        ]
        let refused = types.map { "CAST('pg_catalog.\($0)' AS regtype)" }.joined(separator: ", ")
        let places = bytePlaces.map { "parameter_types[\($0 + 1)]" }.joined(separator: ", ")
        return """
            SELECT CAST(CASE WHEN CAST(ARRAY[\(places)] AS oid[]) && CAST(ARRAY[\(refused)] AS oid[]) \
            THEN '' ELSE '1' END AS integer) \
            FROM pg_catalog.pg_prepared_statements WHERE name = '\(name)'
            """
    }
}

extension PipelineBatch.Step {
    /// Whether the statement cannot be used when this fails.
    var precedesUse: Bool {
        switch self {
        case .prepare, .check: true
        case .control, .execute: false
        }
    }
}

extension ORMError {
    static func bytesElsewhere(_ statement: String, cause: PostgresError) -> ORMError {
        let place = statement.count > 300 ? "\(statement.prefix(300))…" : statement
        return ORMError(
            .invalidValue,
            "Bytes were given for a text, a number or another value that is no bytes — in: \(place). "
                + "Give a value that the column can hold.",
            cause: cause)
    }
}
