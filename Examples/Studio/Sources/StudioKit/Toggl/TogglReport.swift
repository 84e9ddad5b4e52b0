/// Reads a Toggl Track *detailed report* row by row, good ones and bad ones in the order of the file.
///
/// ```swift
/// let report = try TogglReport(bytes)                // throws if the header is not that of a detailed report
/// let contents = report.contents()
/// contents.rows                                      // checked rows with keys that are stable across imports
/// contents.errors                                    // one per bad row: line, column, value, reason
/// ```
public struct TogglReport: Sequence, Sendable {
    /// The header: columns found and currency.
    public let header: TogglHeader
    private let records: CSVReader.Iterator

    /// Reads the header of a file.
    ///
    /// - Throws: ``StudioKitError`` of code `emptyFile` if there is none, `header` if it is not a detailed report's.
    public init(_ bytes: [UInt8], limits: CSVReader.Limits = CSVReader.Limits()) throws {
        var records = CSVReader(bytes, limits: limits).makeIterator()
        switch records.next() {
        case nil:
            throw StudioKitError(.emptyFile, "The file has no header line; export a detailed report as CSV again")
        case .failure(let defect):
            throw StudioKitError(.header, "The header cannot be read: \(defect)", cause: defect)
        case .success(let record):
            self.header = try TogglHeader(record)
        }
        self.records = records
    }

    /// Starts at the first row below the header.
    public func makeIterator() -> Iterator { Iterator(header: header, records: records) }

    /// Walks through the rows, a row or its error at each step.
    public struct Iterator: IteratorProtocol, Sendable {
        let header: TogglHeader
        var records: CSVReader.Iterator
        private var keys = TogglExternalKey()

        init(header: TogglHeader, records: CSVReader.Iterator) {
            self.header = header
            self.records = records
        }

        /// Reads the next row, or returns nil at the end of the file.
        public mutating func next() -> Result<TogglRow, TogglRowError>? {
            switch records.next() {
            case nil: return nil
            case .failure(let defect): return .failure(TogglRowError(defect, header: header))
            case .success(let record): return read(record)
            }
        }

        private mutating func read(_ record: CSVRecord) -> Result<TogglRow, TogglRowError> {
            do throws(TogglRowError) {
                var row = try TogglRowParser(header: header, record: record).row()
                row.externalKey = keys.key(for: row)
                return .success(row)
            } catch {
                return .failure(error)
            }
        }
    }

    /// All rows of a report, the good apart from the bad.
    public struct Contents: Hashable, Sendable {
        /// The good rows, in the order of the file.
        public var rows: [TogglRow] = []
        /// One error for each bad row, in the order of the file.
        public var errors: [TogglRowError] = []
    }

    /// Reads the whole file.
    public func contents() -> Contents {
        reduce(into: Contents()) { contents, result in
            switch result {
            case .success(let row): contents.rows.append(row)
            case .failure(let error): contents.errors.append(error)
            }
        }
    }
}
