import MartletORM
import Testing

@testable import MartletPostgres

@Suite struct BinaryArrayTests {
    @Test(
        arguments: [
            (
                .integer, [.integer(-2), .null],
                "00000001 00000001 00000014 00000002 00000001 00000008 fffffffffffffffe ffffffff"
            ),
            (.real, [.real(1)], "00000001 00000000 000002bd 00000001 00000001 00000008 3ff0000000000000"),
            (
                .text, [.text("é\""), .text("")],
                "00000001 00000000 00000019 00000002 00000001 00000003 c3a922 00000000"
            ),
            (
                .date, [.text("2000-01-02"), .text("1999-12-31")],
                "00000001 00000000 0000043a 00000002 00000001 00000004 00000001 00000004 ffffffff"
            ),
        ] as [(ColumnStorage, [SQLValue], String)])
    func writesArrays(storage: ColumnStorage, values: [SQLValue], hex: String) {
        var bytes: [UInt8] = []
        #expect(BinaryArray.append(0, of: rows(values), as: storage, to: &bytes))
        #expect(
            bytes.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
                == hex.replacing(" ", with: ""))
    }

    /// What has no such form goes as text, and is refused there if PostgreSQL has it not.
    @Test(
        arguments: [
            (.integer, .text("7")), (.integer, .real(1)), (.real, .integer(1)), (.text, .blob([1])),
            (.text, .text("a\0")),
            (.date, .text("0044-03-15 BC")), (.date, .text("12026-03-31")), (.date, .text("2026-02-30")),
            (.date, .text("infinity")), (.timestamp, .null), (.uuid, .text("x")),
        ] as [(ColumnStorage, SQLValue)])
    func leavesOthersToText(storage: ColumnStorage, value: SQLValue) {
        var bytes: [UInt8] = [1, 2]
        #expect(!BinaryArray.append(0, of: rows([.null, value]), as: storage, to: &bytes))
        #expect(bytes == [1, 2])
    }

    private func rows(_ values: [SQLValue]) -> ArraySlice<[SQLValue]> { values.map { [$0] }[...] }
}
