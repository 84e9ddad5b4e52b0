/// What went wrong in a query, a write, a transaction or a migration.
public struct ORMError: Error, Sendable {
    /// The kind of an ``ORMError``; more may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String {
            case uniqueViolation, foreignKeyViolation, notNullViolation, checkViolation
            case doesNotExist, multipleObjectsReturned
            case decoding, invalidQuery, invalidModel, invalidMigration, migrationChanged
            case busy, readOnly, transactionEnded, transactionAborted, wouldDeadlock, closed
            case statementCount, nPlusOne, database
            case cannotConnect, accessDenied, connectionLost, serializationFailure, deadlock, timedOut, invalidValue
        }
        private let kind: Kind
        private init(_ kind: Kind) { self.kind = kind }

        /// The code's name.
        public var description: String { kind.rawValue }

        /// A row with the same value in a unique column is there already.
        public static let uniqueViolation = Code(.uniqueViolation)
        /// A row refers to one that does not exist, or one to be deleted is still referred to.
        public static let foreignKeyViolation = Code(.foreignKeyViolation)
        /// A required column was given no value.
        public static let notNullViolation = Code(.notNullViolation)
        /// A check or type constraint of the table refused a value.
        public static let checkViolation = Code(.checkViolation)
        /// `get` found no row.
        public static let doesNotExist = Code(.doesNotExist)
        /// `get` found more than one row.
        public static let multipleObjectsReturned = Code(.multipleObjectsReturned)
        /// A column holds something its property's type cannot take.
        public static let decoding = Code(.decoding)
        /// A query set was given something that has no meaning, such as a negative limit.
        public static let invalidQuery = Code(.invalidQuery)
        /// A model contradicts itself or another one.
        public static let invalidModel = Code(.invalidModel)
        /// A list of migrations contradicts itself or the database.
        public static let invalidMigration = Code(.invalidMigration)
        /// A migration that was applied has been changed since.
        public static let migrationChanged = Code(.migrationChanged)
        /// Another process or transaction held the database, a row or all connections for longer than the time limit.
        public static let busy = Code(.busy)
        /// The database or its file may not be written.
        public static let readOnly = Code(.readOnly)
        /// A transaction was used after its closure had returned.
        public static let transactionEnded = Code(.transactionEnded)
        /// A transaction was used after the database had rolled it back.
        public static let transactionAborted = Code(.transactionAborted)
        /// A write on the database inside its own transaction, which would wait for itself forever.
        public static let wouldDeadlock = Code(.wouldDeadlock)
        /// The database was used after it had been closed.
        public static let closed = Code(.closed)
        /// `expectQueries` saw another number of statements than expected.
        public static let statementCount = Code(.statementCount)
        /// No connection to the database could be made.
        public static let cannotConnect = Code(.cannotConnect)
        /// The server refused the user, the password or the database that the connection string names.
        public static let accessDenied = Code(.accessDenied)
        /// The connection broke while a statement ran; whether the statement took effect is not known.
        public static let connectionLost = Code(.connectionLost)
        /// The transaction saw data that another one has changed since; run it again.
        public static let serializationFailure = Code(.serializationFailure)
        /// Two transactions waited for each other, and the database ended this one; run it again.
        public static let deadlock = Code(.deadlock)
        /// The database stopped the statement at its own time limit, or an administrator did.
        public static let timedOut = Code(.timedOut)
        /// A value is malformed or out of range for its column.
        public static let invalidValue = Code(.invalidValue)
        /// `expectNoNPlusOne` or `expectPrefetchesRead` found something.
        public static let nPlusOne = Code(.nPlusOne)
        /// Any other error of the database; its own words are in the message.
        public static let database = Code(.database)
    }

    /// The kind of error.
    public var code: Code
    /// What happened, with the values, and what to do.
    public var message: String
    /// The table concerned, when it is known.
    public var table: String?
    /// The columns concerned, when they are known.
    public var columns: [String]
    /// The name of the constraint that refused a row, where the database tells it.
    public var constraint: String?
    /// The error beneath this one, when there is one.
    public var cause: (any Error)?
    /// Where the failing call stands in the source, when it is known.
    public var location: CallSite?

    /// Makes an error.
    public init(
        _ code: Code, _ message: String, table: String? = nil, columns: [String] = [], cause: (any Error)? = nil,
        location: CallSite? = nil
    ) {
        self.code = code
        self.message = message
        self.table = table
        self.columns = columns
        self.cause = cause
        self.location = location
    }
}

extension ORMError: CustomStringConvertible {
    /// The code, the message and where the call stands.
    public var description: String {
        "\(code): \(message)" + (location.map { " (\($0))" } ?? "")
    }
}

/// A place in the source, as `#fileID` and `#line` give it.
public struct CallSite: Sendable, Hashable, CustomStringConvertible {
    /// Module and file, as `#fileID` writes them.
    public var fileID: String
    /// The line, from 1.
    public var line: Int

    /// Makes a place from a file and a line.
    public init(fileID: String, line: Int) {
        self.fileID = fileID
        self.line = line
    }

    /// `Module/File.swift:12`.
    public var description: String { "\(fileID):\(line)" }
}
