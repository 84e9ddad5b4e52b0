/// Says why one record of a CSV file could not be read; the records after it still can.
public struct CSVDefect: Error, Hashable, Sendable, CustomStringConvertible {
    /// Says which rule the record breaks; open to growth.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Value: String {
            case unterminatedQuote, strayQuote, textAfterQuote, fieldTooLong, recordTooLong, tooManyFields
            case invalidUTF8, nulByte, notUTF8File
        }
        private let value: Value
        /// A quoted field that no quote closes, or only one amid the text of a later line.
        public static let unterminatedQuote = Code(value: .unterminatedQuote)
        /// A quote inside a field that does not begin with one.
        public static let strayQuote = Code(value: .strayQuote)
        /// Something other than a comma or a line end after a closing quote.
        public static let textAfterQuote = Code(value: .textAfterQuote)
        /// A field over ``CSVReader/Limits/fieldBytes``.
        public static let fieldTooLong = Code(value: .fieldTooLong)
        /// A record over ``CSVReader/Limits/recordBytes``.
        public static let recordTooLong = Code(value: .recordTooLong)
        /// A record over ``CSVReader/Limits/fields``.
        public static let tooManyFields = Code(value: .tooManyFields)
        /// Bytes that are not UTF-8.
        public static let invalidUTF8 = Code(value: .invalidUTF8)
        /// A NUL byte.
        public static let nulByte = Code(value: .nulByte)
        /// A whole file in another encoding, told by its byte order mark.
        public static let notUTF8File = Code(value: .notUTF8File)
        /// The code as one word.
        public var description: String { value.rawValue }
    }

    /// The rule that is broken.
    public let code: Code
    /// Physical line on which the record begins, counted from 1.
    public let line: Int
    /// Position of the field in the record, counted from 1.
    public let field: Int
    /// What is wrong and what to do, in one sentence.
    public let reason: String

    /// Line, field and reason on one line.
    public var description: String { "line \(line), field \(field): \(reason)" }
}
