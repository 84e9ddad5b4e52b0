/// Reports what StudioKit could not do, with the values involved and what to do about it.
///
/// Defects of single CSV rows are not errors of this type: they are collected as ``TogglRowError`` values, because one
/// bad row does not stop an import.
public struct StudioKitError: Error, Sendable, CustomStringConvertible {
    /// Says which kind of thing went wrong; open to growth.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String { case header, emptyFile, date, money, currency, pdf, mail, file }
        private let value: Value
        /// A CSV header with missing, doubled or unknown columns.
        public static let header = Code(value: .header)
        /// A file without a header line.
        public static let emptyFile = Code(value: .emptyFile)
        /// A date or time that does not exist or is written in another format.
        public static let date = Code(value: .date)
        /// An amount of money that cannot be read or does not fit.
        public static let money = Code(value: .money)
        /// A currency code that is none, or two that differ where one is needed.
        public static let currency = Code(value: .currency)
        /// The PDF library refused an operation.
        public static let pdf = Code(value: .pdf)
        /// A mail with an invalid address, header, file name or content type.
        public static let mail = Code(value: .mail)
        /// A file that could not be written.
        public static let file = Code(value: .file)
        /// The code as one word.
        public var description: String { value.rawValue }
    }

    /// The place in the program that threw.
    public struct Location: Hashable, Sendable {
        /// Module and file, as `#fileID` writes it.
        public let fileID: String
        /// Line number, counted from 1.
        public let line: Int
    }

    /// The kind of error.
    public let code: Code
    /// What happened, with the values, and what to do.
    public let message: String
    /// The error below this one, if there was one.
    public let cause: (any Error)?
    /// Where it was thrown.
    public let location: Location

    /// Makes an error located at the caller.
    public init(
        _ code: Code,
        _ message: String,
        cause: (any Error)? = nil,
        fileID: String = #fileID,
        line: Int = #line
    ) {
        self.code = code
        self.message = message
        self.cause = cause
        self.location = Location(fileID: fileID, line: line)
    }

    /// Code and message on one line, and the cause behind them.
    public var description: String {
        let tail = cause.map { " (cause: \($0))" } ?? ""
        return "\(code): \(message)\(tail)"
    }
}
