import Foundation
import StudioKit
import Testing

private let sample = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Sample")

private func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: sample.appending(path: name)))
}

@Suite struct TogglReportTests {
    @Test func `reads the sample year without an error`() throws {
        let contents = try TogglReport(bytes("toggl-2025.csv")).contents()
        #expect(contents.errors.isEmpty)
        #expect(contents.rows.count == 5_000)
        #expect(Set(contents.rows.map(\.externalKey)).count == 5_000)
        #expect(Set(contents.rows.map(\.client)).subtracting([""]).count == 12)
        #expect(Set(contents.rows.map { "\($0.client)/\($0.project)" }).count == 30)
        #expect(contents.rows.allSatisfy { $0.start.date.year == 2025 && $0.end.date.year == 2025 })
        #expect(contents.rows.contains { $0.description.contains("\n") })
    }

    @Test func `each amount of the sample is its hours times its project's rate`() throws {
        let rows = try TogglReport(bytes("toggl-2025.csv")).contents().rows.filter(\.billable)
        for (_, entries) in Dictionary(grouping: rows, by: { "\($0.client)/\($0.project)" }) {
            let longest = try #require(entries.max { $0.duration < $1.duration })
            let cents = try #require(longest.amountCents)
            // Rates are whole multiples of 2.50 EUR.
            let rate = Money(
                cents: Int((Double(cents) * 3600 / Double(longest.duration) / 250).rounded()) * 250,
                currency: .eur
            )
            for entry in entries {
                #expect(try Money.earned(inSeconds: entry.duration, atHourlyRate: rate).cents == entry.amountCents)
            }
        }
    }

    @Test func `reports every defect of the defects file on the line its listing names`() throws {
        let contents = try TogglReport(bytes("toggl-defects.csv")).contents()
        let listing = try String(contentsOf: sample.appending(path: "toggl-defects.md"), encoding: .utf8)
        let expected = listing.split(separator: "\n").compactMap { line in
            line.hasPrefix("| ") ? Int(line.split(separator: " ")[1]) : nil
        }
        #expect(expected.count >= 35)
        #expect(contents.errors.map(\.line) == expected)
        #expect(Set(contents.errors.map(\.reason)).count == expected.count)
        #expect(contents.rows.map(\.line) == [2, 10, 29, 41])
    }

    @Test func `a second reading gives the same keys`() throws {
        let bytes = try bytes("toggl-2025.csv")
        let first = try TogglReport(bytes).prefix(500).map { try $0.get().externalKey }
        let second = try TogglReport([0xEF, 0xBB, 0xBF] + bytes).prefix(500).map { try $0.get().externalKey }
        #expect(first == second)
    }

    @Test(arguments: [[], [0xEF, 0xBB, 0xBF], [0x0A, 0x0D]] as [[UInt8]])
    func `an empty file is named as such`(bytes: [UInt8]) {
        let error = #expect(throws: StudioKitError.self) { try TogglReport(bytes) }
        #expect(error?.code == .emptyFile)
    }

    @Test func `a file in UTF-16 is named as such`() {
        let error = #expect(throws: StudioKitError.self) { try TogglReport([0xFF, 0xFE, 0x55, 0x00]) }
        #expect(error?.code == .header)
        #expect(error?.message.contains("UTF-16") == true)
    }

    @Test func `no damage to a file traps`() throws {
        let original = Array(try bytes("toggl-defects.csv"))
        var random = SplitMix(state: 7)
        for _ in 0..<60 {
            var damaged = original
            for _ in 0..<20 {
                damaged[200 + Int(random.next() % UInt64(damaged.count - 200))] = UInt8(
                    truncatingIfNeeded: random.next()
                )
            }
            let contents = try TogglReport(damaged).contents()
            #expect(contents.rows.count + contents.errors.count >= 30)
        }
    }

    @Test func `rows travel as JSON and come back`() throws {
        let rows = try TogglReport(bytes("toggl-2025.csv")).prefix(20).map { try $0.get() }
        let data = try JSONEncoder().encode(rows)
        #expect(try JSONDecoder().decode([TogglRow].self, from: data) == rows)
    }
}
