/// Reads a single record: fields into strings, the first breach of a rule into a defect.
struct CSVRecordParser {
    private let line: Int
    private let limits: CSVReader.Limits
    private var fields: [String] = []
    private var field: [UInt8] = []
    private var size = 0
    private var defect: CSVDefect?

    private static let quote = UInt8(ascii: "\"")
    private static let comma = UInt8(ascii: ",")

    init(line: Int, limits: CSVReader.Limits) {
        self.line = line
        self.limits = limits
    }

    /// Reads from `cursor` to the end of the record and leaves the cursor at the start of the next.
    mutating func parse(_ bytes: [UInt8], from cursor: inout CSVCursor) -> Result<CSVRecord, CSVDefect> {
        repeat {
            field.removeAll(keepingCapacity: true)
            let isQuoted = cursor.position < bytes.count && bytes[cursor.position] == Self.quote
            if isQuoted {
                guard readQuoted(bytes, &cursor) else { break }
            }
            readPlain(bytes, &cursor, afterQuote: isQuoted)
            finishField()
        } while stepOverComma(bytes, &cursor)
        if let defect { return .failure(defect) }
        return .success(CSVRecord(line: line, fields: fields))
    }

    /// Reads a quoted field up to its closing quote; false if there is none, with the cursor after the line it opened on.
    private mutating func readQuoted(_ bytes: [UInt8], _ cursor: inout CSVCursor) -> Bool {
        let opening = cursor
        cursor.position += 1
        while cursor.position < bytes.count {
            if bytes[cursor.position] == Self.quote {
                cursor.position += 1
                if cursor.position == bytes.count || bytes[cursor.position] != Self.quote {
                    // A quote amid text on a later line closes nothing: it opens a field of the row there.
                    if cursor.line == opening.line || Self.isFieldEnd(bytes, cursor.position) { return true }
                    noteUnterminated(opening, "before the quote on line \(cursor.line)")
                    return abandon(&cursor, bytes, to: opening)
                }
            }
            let start = cursor.position
            if !cursor.skipLineEnd(in: bytes) { cursor.position += 1 }
            for index in start..<cursor.position { append(bytes[index]) }
            if field.count >= limits.fieldBytes || size > limits.recordBytes {
                note(
                    .fieldTooLong,
                    "the field that a quote opens on line \(opening.line) is longer than \(limits.fieldBytes) bytes; "
                        + "close the quote, or shorten the field"
                )
                return abandon(&cursor, bytes, to: opening)
            }
        }
        noteUnterminated(opening, "before the end of the file")
        return abandon(&cursor, bytes, to: opening)
    }

    private mutating func noteUnterminated(_ opening: CSVCursor, _ reach: String) {
        note(
            .unterminatedQuote,
            "the quote opened on line \(opening.line) is not closed \(reach); close it, or double it if it is text"
        )
    }

    /// Gives up on a quoted field, so that reading goes on with the line after the one on which it opened.
    private func abandon(_ cursor: inout CSVCursor, _ bytes: [UInt8], to opening: CSVCursor) -> Bool {
        cursor = opening
        while cursor.position < bytes.count, !cursor.skipLineEnd(in: bytes) { cursor.position += 1 }
        return false
    }

    private static func isFieldEnd(_ bytes: [UInt8], _ position: Int) -> Bool {
        guard position < bytes.count else { return true }
        let byte = bytes[position]
        return byte == comma || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    /// Reads up to the next comma or line end, and notes what does not belong there.
    private mutating func readPlain(_ bytes: [UInt8], _ cursor: inout CSVCursor, afterQuote: Bool) {
        while cursor.position < bytes.count {
            if Self.isFieldEnd(bytes, cursor.position) { return }
            let byte = bytes[cursor.position]
            if afterQuote {
                note(.textAfterQuote, "text follows a closing quote; put a comma between, or double the quote")
            } else if byte == Self.quote {
                note(.strayQuote, "a quote stands inside an unquoted field; quote the whole field and double it")
            }
            append(byte)
            cursor.position += 1
        }
    }

    private mutating func append(_ byte: UInt8) {
        size += 1
        if byte == 0 { note(.nulByte, "the field holds a NUL byte; the file is damaged or not text") }
        if size > limits.recordBytes {
            note(.recordTooLong, "the record is longer than \(limits.recordBytes) bytes; shorten it")
        } else if field.count >= limits.fieldBytes {
            note(.fieldTooLong, "the field is longer than \(limits.fieldBytes) bytes; shorten it")
        } else {
            field.append(byte)
        }
    }

    private mutating func finishField() {
        guard fields.count < limits.fields else {
            return note(.tooManyFields, "the record has more than \(limits.fields) fields")
        }
        let text = String(validating: field, as: UTF8.self)
        if text == nil { note(.invalidUTF8, "the field is not valid UTF-8; save or export the file as UTF-8") }
        fields.append(text ?? "")
    }

    private func stepOverComma(_ bytes: [UInt8], _ cursor: inout CSVCursor) -> Bool {
        if cursor.position < bytes.count, bytes[cursor.position] == Self.comma {
            cursor.position += 1
            return true
        }
        _ = cursor.skipLineEnd(in: bytes)
        return false
    }

    /// Keeps the first defect of the record.
    private mutating func note(_ code: CSVDefect.Code, _ reason: String) {
        guard defect == nil else { return }
        defect = CSVDefect(code: code, line: line, field: min(fields.count + 1, limits.fields + 1), reason: reason)
    }
}
