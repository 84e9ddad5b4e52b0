import StudioKit
import Testing

private let columns = [
    "User", "Email", "Client", "Project", "Task", "Description", "Billable", "Start date", "Start time", "End date",
    "End time", "Duration", "Tags", "Amount (EUR)",
]
private let good = [
    "User": "Ada Sommer", "Email": "ada@example.org", "Client": "Nordlicht", "Project": "Webshop", "Task": "",
    "Description": "Work", "Billable": "Yes", "Start date": "2025-03-03", "Start time": "09:00:00",
    "End date": "2025-03-03", "End time": "10:30:00", "Duration": "01:30:00", "Tags": "a, b",
    "Amount (EUR)": "142.50",
]

private func result(_ changes: [String: String]) throws -> Result<TogglRow, TogglRowError> {
    let row = good.merging(changes) { _, new in new }
    let line = columns.map { "\"" + (row[$0] ?? "").replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",")
    let text = columns.joined(separator: ",") + "\n" + line + "\n"
    let results = Array(try TogglReport(Array(text.utf8)))
    return try #require(results.count == 1 ? results.first : nil)
}

@Suite struct TogglRowParserTests {
    @Test func `reads a good row into types`() throws {
        let row = try result(["Task": "Testing", "Description": "Two\nlines, \"quoted\""]).get()
        #expect(row.line == 2)
        #expect(row.user == "Ada Sommer" && row.email == "ada@example.org")
        #expect(row.client == "Nordlicht" && row.project == "Webshop" && row.task == "Testing")
        #expect(row.description == "Two\nlines, \"quoted\"")
        #expect(row.start.description == "2025-03-03T09:00:00" && row.end.description == "2025-03-03T10:30:00")
        #expect(row.duration == 5400 && row.billable && row.tags == ["a", "b"])
        #expect(row.amountCents == 14_250 && row.currency == .eur)
        #expect(row.externalKey.utf8.count == 32)
    }

    @Test(arguments: [
        ["Duration": "1:30:00"], ["Duration": "01:30:01"], ["Duration": "01:29:59"], ["Billable": "yes"],
        ["Amount (EUR)": ""], ["Amount (EUR)": "1,142.50"], ["Billable": "No", "Amount (EUR)": "0.00"],
        ["Billable": "No", "Amount (EUR)": "", "Client": "", "Project": ""], ["Tags": ""], ["Tags": "a,a"],
        ["Description": ""], ["Client": "  Nordlicht  "],
        ["Start date": "2025-03-02", "Start time": "23:30:00", "End time": "01:00:00"],
        ["End time": "09:00:00", "Duration": "00:00:00"],
        ["End date": "2025-03-04", "End time": "09:00:00", "Duration": "24:00:00"],
        ["Start date": "2024-02-29", "End date": "2024-02-29"],
    ])
    func `accepts what a report may hold`(changes: [String: String]) throws {
        #expect(throws: Never.self) { try result(changes).get() }
    }

    /// One defect of each kind: what is changed, the column named, the code, and a part of the message.
    static let defects: [([String: String], String, TogglRowError.Code, String)] = [
        (["User": " "], "User", .empty, "is empty"),
        (["Email": ""], "Email", .empty, "is empty"),
        (["Email": "ada.example.org"], "Email", .email, "'ada.example.org' is not a mail address"),
        (["Email": "a@b@c.org"], "Email", .email, "not a mail address"),
        (["Client": ""], "Client", .billableWithoutClient, "billable but has no client"),
        (["Project": ""], "Project", .billableWithoutProject, "billable but has no project"),
        (["Client": String(repeating: "n", count: 256)], "Client", .tooLong, "256 characters; the most is 255"),
        (["Description": String(repeating: "x", count: 3001)], "Description", .tooLong, "3001 characters"),
        (["Project": "Web\u{7}shop"], "Project", .controlCharacter, "U+0007"),
        (["Description": "esc \u{1B}[31m"], "Description", .controlCharacter, "U+001B"),
        (["Task": "two\nlines"], "Task", .controlCharacter, "U+000A"),
        (["Billable": "maybe"], "Billable", .billable, "neither Yes nor No"),
        (["Start date": "03/03/2025"], "Start date", .dateFormat, "YYYY-MM-DD"),
        (["Start date": ""], "Start date", .dateFormat, "is not a date"),
        (["End date": "2025-02-29"], "End date", .dateImpossible, "not in the calendar"),
        (["Start date": "1925-03-03"], "Start date", .dateRange, "2000 to 2099"),
        (["Start time": "9 am"], "Start time", .timeFormat, "HH:MM:SS"),
        (["End time": "24:00:00"], "End time", .timeImpossible, "on no clock"),
        (
            ["End time": "08:00:00"], "End time", .endBeforeStart,
            "2025-03-03T08:00:00 is before the start 2025-03-03T09:00:00"
        ),
        (["Duration": "1.5"], "Duration", .durationFormat, "H:MM:SS"),
        (["Duration": "-01:30:00"], "Duration", .durationNegative, "negative"),
        (["Duration": "00:90:00"], "Duration", .durationImpossible, "more than 59 minutes"),
        (["Duration": "25:30:00", "End date": "2025-03-04"], "Duration", .durationTooLong, "more than 24 hours"),
        (
            ["Duration": "01:30:02"], "Duration", .durationMismatch,
            "is 5402 s, but from 2025-03-03T09:00:00 to 2025-03-03T10:30:00 are 5400 s"
        ),
        (["Tags": "a,,b"], "Tags", .emptyTag, "comma with no tag"),
        (["Tags": (1...51).map { "t\($0)" }.joined(separator: ",")], "Tags", .tooManyTags, "has 51 tags"),
        (["Tags": String(repeating: "t", count: 101)], "Tags", .tooLong, "a tag of 101 characters"),
        (["Amount (EUR)": "€142.50"], "Amount", .amountFormat, "without a currency sign"),
        (["Amount (EUR)": "142,50 "], "Amount", .amountGrouping, "comma in the wrong place"),
        (["Amount (EUR)": "142.505"], "Amount", .amountDecimals, "more than two decimals"),
        (["Amount (EUR)": "9999999999999999"], "Amount", .amountTooLarge, "too large"),
        (["Amount (EUR)": "1,000,000.01"], "Amount", .amountTooLarge, "too large for one entry"),
        (["Amount (EUR)": "-1.00"], "Amount", .amountNegative, "is negative"),
        (["Billable": "No"], "Amount", .amountNotBillable, "not billable"),
    ]

    @Test(arguments: defects.indices)
    func `names line, column, value and reason of a defect`(index: Int) throws {
        let (changes, column, code, part) = Self.defects[index]
        guard case .failure(let error) = try result(changes) else {
            Issue.record("\(changes) was accepted")
            return
        }
        #expect(error.code == code)
        #expect(error.line == 2 && error.column == column)
        #expect(error.description.contains(part), "\(error)")
        #expect(!error.description.unicodeScalars.contains { $0.properties.generalCategory == .control })
    }

    @Test func `every kind of defect has words of its own`() throws {
        var reasons: [TogglRowError.Code: Set<String>] = [:]
        for (changes, column, code, _) in Self.defects {
            guard case .failure(let error) = try result(changes) else { continue }
            reasons[code, default: []].insert("\(column) \(error.reason)")
        }
        let all = reasons.values.flatMap(\.self)
        #expect(reasons.count >= 25)
        #expect(Set(all).count == all.count)
    }

    @Test func `counts the fields of a row`() throws {
        let text = columns.joined(separator: ",") + "\na,b\n"
        let errors = try TogglReport(Array(text.utf8)).contents().errors
        #expect(errors.first?.code == .fieldCount)
        #expect(
            errors.first?.description == "line 2: the row has 2 fields and the header 14; quote fields that hold commas"
        )
    }
}
