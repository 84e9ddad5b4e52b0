import StudioKit
import Testing

private let full =
    "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags"

private func header(_ text: String) throws -> TogglHeader {
    try TogglHeader(
        CSVRecord(line: 1, fields: text.split(separator: ",", omittingEmptySubsequences: false).map(String.init))
    )
}

private func message(_ text: String) -> String {
    do {
        _ = try header(text)
        return "accepted"
    } catch let error as StudioKitError {
        return error.message
    } catch {
        return "\(error)"
    }
}

@Suite struct TogglHeaderTests {
    @Test(
        arguments: [
            (full + ",Amount ()", nil), (full + ",Amount (USD)", "USD"), (full + ",amount (eur)", "EUR"),
            (full + ",Amount", nil), (full, nil),
        ] as [(String, String?)]
    )
    func `takes the currency from the amount column`(text: String, code: String?) throws {
        #expect(try header(text).currency?.code == code)
    }

    @Test func `finds columns in any order and case, with spaces around`() throws {
        let shuffled =
            "DURATION, end time ,End Date,start time,Start date,billable,description,project,client,email,USER"
        let header = try header(shuffled)
        #expect(header.width == 11)
        #expect(header.has(.duration) && header.has(.user))
        #expect(!header.has(.task) && !header.has(.tags) && !header.has(.amount))
    }

    @Test(arguments: [
        (full.replacing("Billable,", with: ""), ["column 'Billable' missing", "Found: 'User', 'Email'"]),
        ("User,Email", ["columns 'Client', 'Project', 'Description'", "missing", "Found: 'User', 'Email'."]),
        (full + ",Colour", ["column 'Colour' unknown", "'Tags', 'Colour'"]),
        (full + ",user", ["column 'User' stands twice, at 1 and 14"]),
        (full + ",Amount (USD),Amount (EUR)", ["column 'Amount' stands twice, at 14 and 15"]),
        (full.replacing(",", with: ";"), ["not separated by commas"]),
        (full.replacing(",", with: "\t"), ["not separated by commas"]),
        (full + ",Amount (Dollar)", ["column 'Amount (Dollar)' names no currency"]),
    ])
    func `refuses another header and says why`(text: String, parts: [String]) {
        let message = message(text)
        for part in parts { #expect(message.contains(part), "\(message)") }
    }
}
