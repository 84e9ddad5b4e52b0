import StudioKit
import Testing

/// Shows each record as `line:[a|b]` and each defect as `line.field!code`.
private func read(_ bytes: [UInt8], limits: CSVReader.Limits = .init()) -> [String] {
    CSVReader(bytes, limits: limits).map { result in
        switch result {
        case .success(let record): "\(record.line):[\(record.fields.joined(separator: "|"))]"
        case .failure(let defect): "\(defect.line).\(defect.field)!\(defect.code)"
        }
    }
}

private func read(_ text: String) -> [String] { read(Array(text.utf8)) }

@Suite struct CSVReaderTests {
    @Test(arguments: [
        ("", []),
        ("\n\r\n\r", []),
        ("a", ["1:[a]"]),
        ("a,b\nc,d\n", ["1:[a|b]", "2:[c|d]"]),
        ("a,b\r\nc,d\r\n", ["1:[a|b]", "2:[c|d]"]),
        ("a,b\rc,d\r", ["1:[a|b]", "2:[c|d]"]),
        ("a\n\r\n\nb", ["1:[a]", "4:[b]"]),
        (",", ["1:[|]"]),
        ("a,\n,b", ["1:[a|]", "2:[|b]"]),
        ("\"\"", ["1:[]"]),
        ("\"\",\"\"", ["1:[|]"]),
        ("\"a,b\",c", ["1:[a,b|c]"]),
        ("\"a\"\"b\"", ["1:[a\"b]"]),
        ("\"\"\"\"", ["1:[\"]"]),
        ("\"a\nb\",c\nd", ["1:[a\nb|c]", "3:[d]"]),
        ("\"a\r\nb\rc\",d\r\ne", ["1:[a\r\nb\rc|d]", "4:[e]"]),
        (" a , b ", ["1:[ a | b ]"]),
        ("\u{FEFF}a,b\nc", ["1:[a|b]", "2:[c]"]),
        ("ä,€,😀", ["1:[ä|€|😀]"]),
    ])
    func `reads what RFC 4180 allows`(text: String, expected: [String]) {
        #expect(read(text) == expected)
    }

    @Test(arguments: [
        ("a\"b,c\nd", ["1.1!strayQuote", "2:[d]"]),
        ("a,\"b\"c\nd", ["1.2!textAfterQuote", "2:[d]"]),
        ("a,\"b\nc,d\ne", ["1.2!unterminatedQuote", "2:[c|d]", "3:[e]"]),
        ("a,\"b\nc,\"d, e\"\nf", ["1.2!unterminatedQuote", "2:[c|d, e]", "3:[f]"]),
        ("\"", ["1.1!unterminatedQuote"]),
        ("a\n\"", ["1:[a]", "2.1!unterminatedQuote"]),
        ("a,b\0,c\nd", ["1.2!nulByte", "2:[d]"]),
    ])
    func `names the defect and reads on`(text: String, expected: [String]) {
        #expect(read(text) == expected)
    }

    @Test func `an unterminated quote names the line where it began`() throws {
        let results = Array(CSVReader(Array("x\n\"a\nb\nc".utf8)))
        guard case .failure(let defect) = results[1] else {
            Issue.record("line 2 was read as \(results[1])")
            return
        }
        #expect(defect.description.contains("line 2, field 1: the quote opened on line 2 is not closed"))
        #expect(results.count == 4)
    }

    @Test func `bytes that are not UTF-8 cost their record only`() {
        #expect(read([0x61, 0xFF, 0x0A, 0x62]) == ["1.1!invalidUTF8", "2:[b]"])
        #expect(read([0x61, 0x2C, 0xC3, 0x28, 0x0A, 0x62]) == ["1.2!invalidUTF8", "2:[b]"])
    }

    @Test func `a UTF-16 file is named as such, once`() {
        #expect(read([0xFF, 0xFE, 0x61, 0x00, 0x0A, 0x00]) == ["1.1!notUTF8File"])
        #expect(read([0xFE, 0xFF, 0x00, 0x61]) == ["1.1!notUTF8File"])
    }

    @Test func `limits hold for fields, records and their number`() {
        var limits = CSVReader.Limits()
        limits.fieldBytes = 4
        limits.recordBytes = 8
        limits.fields = 3
        let bytes = { (text: String) in Array(text.utf8) }
        #expect(read(bytes("abcd,e\nabcde\nf"), limits: limits) == ["1:[abcd|e]", "2.1!fieldTooLong", "3:[f]"])
        #expect(
            read(bytes("abcd,efgh\nabcd,efgh,i\nf"), limits: limits) == ["1:[abcd|efgh]", "2.3!recordTooLong", "3:[f]"]
        )
        #expect(read(bytes("a,b,c\na,b,c,d,e\nf"), limits: limits) == ["1:[a|b|c]", "2.4!tooManyFields", "3:[f]"])
        #expect(read(bytes("\"abcdef\"\ng"), limits: limits) == ["1.1!fieldTooLong", "2:[g]"])
    }

    @Test func `no input traps, loses its place or reads for ever`() {
        var random = SplitMix(state: 4180)
        let alphabet: [UInt8] = [
            0x22, 0x22, 0x22, 0x2C, 0x2C, 0x0A, 0x0D, 0x61, 0x62, 0x00, 0xC3, 0xA4, 0xFF, 0xEF, 0xBB, 0xBF,
        ]
        var limits = CSVReader.Limits()
        limits.fieldBytes = 20
        limits.recordBytes = 40
        limits.fields = 4
        for _ in 0..<4_000 {
            let bytes = (0..<Int(random.next() % 80)).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))] }
            let lines = bytes.count { $0 == 0x0A || $0 == 0x0D } + 1
            var last = 0
            var count = 0
            for result in CSVReader(bytes, limits: limits) {
                let line =
                    switch result {
                    case .success(let record): record.line
                    case .failure(let defect): defect.line
                    }
                #expect(line > last && line <= lines)
                last = line
                count += 1
            }
            #expect(count <= lines)
        }
    }

    @Test func `what is written by the rules is read back`() {
        var random = SplitMix(state: 1)
        let pieces = ["a", "\"", ",", "\n", "\r\n", "ä", "", " "]
        for _ in 0..<500 {
            let records = (0...Int(random.next() % 4)).map { _ in
                (0...Int(random.next() % 4)).map { _ in
                    (0..<Int(random.next() % 5)).map { _ in pieces[Int(random.next() % UInt64(pieces.count))] }.joined()
                }
            }
            let text = records.map { fields in
                fields.map { field in
                    "\"" + field.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined() + "\""
                }.joined(separator: ",") + "\n"
            }
            let result = CSVReader(Array(text.joined().utf8)).map { try? $0.get().fields }
            #expect(result == records)
        }
    }
}

/// A small generator, so that the tests meet the same bytes each time.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
