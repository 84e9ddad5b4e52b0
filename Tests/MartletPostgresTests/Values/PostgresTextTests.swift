import Foundation
import MartletORM
import Testing

@testable import MartletPostgres

@Suite struct PostgresTextTests {
    @Test(arguments: [
        (SQLValue.integer(.min), "-9223372036854775808"), (.real(0.1), "0.1"), (.real(.infinity), "Infinity"),
        (.real(-.infinity), "-Infinity"), (.real(.nan), "NaN"), (.text("a\"b"), "a\"b"), (.array([]), "{}"),
        (.array([.integer(1), .null, .real(.infinity)]), "{1,NULL,Infinity}"),
        (.array([.text(""), .text("NULL"), .text("a\"\\{,}")]), #"{"","NULL","a\"\\{,}"}"#),
        (.array([.blob([0, 255])]), #"{"\\x00ff"}"#),
        (.array([.array([.integer(1)]), .array([.integer(2)])]), "{{1},{2}}"),
        (.timestamp(Date(timeIntervalSince1970: 0)), "1970-01-01 00:00:00.000000+00"),
        (.timestamp(Date(timeIntervalSince1970: -62_135_596_800)), "0001-01-01 00:00:00.000000+00"),
        (.timestamp(Date(timeIntervalSince1970: -62_135_596_801)), "0001-12-31 23:59:59.000000+00 BC"),
        (.timestamp(Date(timeIntervalSince1970: 253_402_300_800)), "10000-01-01 00:00:00.000000+00"),
        (.timestamp(Date(timeIntervalSince1970: .infinity)), "infinity"),
        (.timestamp(Date(timeIntervalSince1970: -.infinity)), "-infinity"),
    ])
    func writesValues(value: SQLValue, text: String) throws {
        var bytes: [UInt8] = []
        try PostgresText.append(value, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }

    @Test(arguments: [
        SQLValue.text("a\0b"), .array([.text("\0")]), .timestamp(Date(timeIntervalSince1970: .nan)),
        .timestamp(Date(timeIntervalSince1970: 1e300)),
    ])
    func refusesWhatPostgreSQLHasNot(value: SQLValue) {
        let error = #expect(throws: ORMError.self) { try ParameterBuffer([value]) }
        #expect(error?.code == .invalidValue)
    }

    @Test(
        arguments: [
            ("", nil), ("0000", nil), ("0000 0000 0000 0000", "0"), ("0001 0000 0000 0000 0001", "1"),
            ("0001 0000 4000 0002 0001", "-1.00"), ("0001 ffff 0000 0004 0001", "0.0001"),
            ("0002 0001 0000 0000 0001 0002", "10002"), ("0001 0002 0000 0000 0001", "100000000"),
            ("0001 fffe 0000 0006 0064", "0.000001"), ("0002 0000 0000 0001 000c 1388", "12.5"),
            ("0000 0000 c000 0000", "NaN"), ("0000 0000 d000 0020", "Infinity"), ("0000 0000 f000 0020", "-Infinity"),
            ("0002 0000 0000 0000 0001", nil), ("ffff 0000 0000 0000", nil),
        ] as [(String, String?)])
    func readsNumerics(hex: String, text: String?) {
        #expect(bytes(hex).withUnsafeBytes { NumericText($0)?.text } == text)
    }

    @Test(
        arguments: [("5.000", 5), ("-7", -7), ("5.001", nil), ("9223372036854775808", nil), ("NaN", nil)]
            as [(String, Int64?)])
    func findsWholeNumbersAmongNumerics(text: String, number: Int64?) {
        #expect(NumericText(text: text).wholeNumber == number)
    }

    @Test func survivesArraysThatAreCutOff() {
        let whole = bytes("00000001 00000000 00000017 00000002 00000001 00000004 00000007 00000004 00000008")
        for length in 0...whole.count {
            let value = whole.prefix(length).withUnsafeBytes { WireValue(type: .array, bytes: $0).array(WireTypes()) }
            #expect((value == [.integer(7), .integer(8)]) == (length == whole.count))
        }
    }

    private func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex.filter { $0 != " " })
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
    }
}
