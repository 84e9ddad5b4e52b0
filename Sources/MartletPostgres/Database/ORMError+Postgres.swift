import CLibPQ
import MartletORM

extension ORMError {
    /// What PostgreSQL reported, as an error with the table, the columns and the constraint.
    init(_ error: PostgresError, statement: String) {
        let place = statement.count > 300 ? "\(statement.prefix(300))…" : statement
        let code = Code(sqlState: error.sqlState)
        var words = error.message
        if let detail = error.detail { words += " (\(detail))" }
        words += " — in: \(place)"
        words += error.advice(code).map { ". \($0)" } ?? "."
        self.init(code, words, table: error.table, columns: error.columns, cause: error)
        constraint = error.constraint
    }

    static func connectionLost(_ words: String) -> ORMError {
        ORMError(
            .connectionLost,
            "The connection to PostgreSQL was lost: \(words.firstLine). "
                + "Whether the statement took effect is not known; the next use makes a new connection.")
    }

    static func cannotConnect(_ words: String) -> ORMError {
        ORMError(
            .cannotConnect,
            "PostgreSQL cannot be reached: \(words.firstLine). Check the address, and that the server runs.")
    }

    /// Why a connection could not be made: the server is not there, or it wants somebody or something else.
    static func notConnected(_ handle: OpaquePointer) -> ORMError {
        let words = PQerrorMessage(handle).map { String(cString: $0) } ?? ""
        // Before the connection stands, libpq tells no code, only words.
        let denials = [
            "authentication failed", "does not exist", "no pg_hba.conf entry", "permission denied for database",
        ]
        let isDenied = words.contains("FATAL") && denials.contains(where: words.contains)
        guard isDenied || PQconnectionNeedsPassword(handle) == 1 else { return .cannotConnect(words) }
        return ORMError(
            .accessDenied,
            "PostgreSQL refuses the connection: \(words.firstLine). "
                + "Check the user, the password and the database of the connection string.")
    }
}

extension String {
    /// The first line, without a full stop at its end.
    fileprivate var firstLine: String {
        let line = split(whereSeparator: \.isNewline).first.map(String.init) ?? "no reason was given"
        return line.hasSuffix(".") ? String(line.dropLast()) : line
    }
}

extension ORMError.Code {
    fileprivate init(sqlState: String) {
        switch sqlState {
        case "23505": self = .uniqueViolation
        case "23503", "23001": self = .foreignKeyViolation
        case "23502": self = .notNullViolation
        case _ where sqlState.hasPrefix("23"): self = .checkViolation
        // 42804: a value of another type than the column's.
        case "42804": self = .invalidValue
        case _ where sqlState.hasPrefix("22"): self = .invalidValue
        case "25006": self = .readOnly
        case "25P02": self = .transactionAborted
        case "40001": self = .serializationFailure
        case "40P01": self = .deadlock
        case "55P03": self = .busy
        case "57014": self = .timedOut
        case "57P01", "57P02", "57P03", "57P05": self = .connectionLost
        case _ where sqlState.hasPrefix("08"): self = .connectionLost
        default: self = .database
        }
    }
}

extension PostgresError {
    /// The columns concerned: the one PostgreSQL names, or those of a key, `Key (client_id, name)=(7, x) …`.
    fileprivate var columns: [String] {
        if let column { return [column] }
        guard sqlState.hasPrefix("23"), let detail, let open = detail.firstIndex(of: "(") else { return [] }
        let rest = detail[detail.index(after: open)...]
        guard let close = rest.firstRange(of: ")=(") else { return [] }
        return rest[..<close.lowerBound].split(separator: ", ").map { name in
            name.hasPrefix("\"") && name.hasSuffix("\"") && name.count > 1
                ? String(name.dropFirst().dropLast()).replacing("\"\"", with: "\"") : String(name)
        }
    }

    fileprivate func advice(_ code: ORMError.Code) -> String? {
        switch code {
        case .uniqueViolation:
            "A row with these values is there already; look it up first, or use onConflict: .ignore."
        case .foreignKeyViolation:
            "Either the row referred to does not exist, or a row that still refers to this one protects it."
        case .notNullViolation: "Give the column a value, or make the property optional in a migration."
        case .transactionAborted:
            "An earlier error has ended this transaction; run what may fail in a savepoint: tx.transaction { … }."
        case .serializationFailure, .deadlock: "Run the transaction again."
        case .invalidValue: "Give a value that the column can hold."
        case .database where sqlState == "42883" && message.hasPrefix("function digest("):
            "SHA-1 is of the extension pgcrypto: run CREATE EXTENSION pgcrypto once, as a statement of a migration."
        default: hint
        }
    }
}
