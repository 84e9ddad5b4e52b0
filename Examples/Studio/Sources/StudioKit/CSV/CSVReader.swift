/// Reads the records of a CSV file one by one, by RFC 4180 and with clear defects instead of guesses.
///
/// ```swift
/// for result in CSVReader(bytes) {
///     switch result {
///     case .success(let record): use(record.fields, at: record.line)
///     case .failure(let defect): report(defect)      // and the loop goes on
///     }
/// }
/// ```
///
/// - A UTF-8 byte order mark is skipped. Lines end with CRLF, LF or CR, in any mixture; empty lines are skipped.
/// - A field in quotes may hold commas, line ends and doubled quotes.
/// - A quote that is never closed costs one record: reading goes on with the line after the one where it opened.
/// - No input traps, and each record gives at most one defect, its first.
public struct CSVReader: Sequence, Sendable {
    /// Bounds that keep a hostile or damaged file from taking all memory.
    public struct Limits: Hashable, Sendable {
        /// Longest field, in bytes; 65 536 by default.
        public var fieldBytes = 65_536
        /// Longest record, in bytes of its fields; 262 144 by default.
        public var recordBytes = 262_144
        /// Most fields in a record; 256 by default.
        public var fields = 256

        /// Makes the default limits.
        public init() {}
    }

    private let bytes: [UInt8]
    private let limits: Limits

    /// Makes a reader over the bytes of a whole file; records are decoded only as they are asked for.
    public init(_ bytes: [UInt8], limits: Limits = Limits()) {
        self.bytes = bytes
        self.limits = limits
    }

    /// Starts at the first record.
    public func makeIterator() -> Iterator { Iterator(bytes: bytes, limits: limits) }
}

extension CSVReader {
    /// Walks through the file, a record or a defect at each step.
    public struct Iterator: IteratorProtocol, Sendable {
        private let bytes: [UInt8]
        private let limits: Limits
        private var cursor = CSVCursor(position: 0, line: 1)

        init(bytes: [UInt8], limits: Limits) {
            self.bytes = bytes
            self.limits = limits
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { cursor.position = 3 }
        }

        /// Reads the next record, or returns nil at the end of the file.
        public mutating func next() -> Result<CSVRecord, CSVDefect>? {
            if cursor.position == 0, let defect = encodingDefect() {
                cursor.position = bytes.count
                return .failure(defect)
            }
            while cursor.skipLineEnd(in: bytes) {}
            guard cursor.position < bytes.count else { return nil }
            var parser = CSVRecordParser(line: cursor.line, limits: limits)
            return parser.parse(bytes, from: &cursor)
        }

        private func encodingDefect() -> CSVDefect? {
            guard bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) else { return nil }
            return CSVDefect(
                code: .notUTF8File,
                line: 1,
                field: 1,
                reason: "the file is UTF-16; save or export it as UTF-8"
            )
        }
    }
}

/// A place in the file, and the number of the line it is on.
struct CSVCursor: Sendable {
    var position: Int
    var line: Int

    /// Steps over one CRLF, LF or CR if one is here.
    mutating func skipLineEnd(in bytes: [UInt8]) -> Bool {
        guard position < bytes.count else { return false }
        switch bytes[position] {
        case UInt8(ascii: "\n"):
            position += 1
        case UInt8(ascii: "\r"):
            position += position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "\n") ? 2 : 1
        default:
            return false
        }
        line += 1
        return true
    }
}
