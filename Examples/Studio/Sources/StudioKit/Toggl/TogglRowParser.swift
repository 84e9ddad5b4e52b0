/// Turns one CSV record into a ``TogglRow``, or throws the first rule it breaks, in the order of the columns.
struct TogglRowParser {
    let header: TogglHeader
    let record: CSVRecord

    /// The row, with an empty external key.
    func row() throws(TogglRowError) -> TogglRow {
        guard record.fields.count == header.width else {
            throw TogglRowError(
                .fieldCount,
                line: record.line,
                column: nil,
                value: "",
                reason: "the row has \(record.fields.count) fields and the header \(header.width); "
                    + "quote fields that hold commas"
            )
        }
        let user = try name(.user)
        guard !user.isEmpty else { throw error(.empty, .user, "is empty; name who worked") }
        let email = try mailAddress()
        let (client, project, task) = (try name(.client), try name(.project), try name(.task))
        let description = try text(.description, limit: TogglLimits.description, allowsLines: true)
        let billable = try flag()
        if billable, client.isEmpty {
            throw error(
                .billableWithoutClient,
                .client,
                "the entry is billable but has no client; nobody could be billed"
            )
        }
        if billable, project.isEmpty {
            throw error(.billableWithoutProject, .project, "the entry is billable but has no project; choose one")
        }
        let start = try moment(.startDate, .startTime)
        let end = try moment(.endDate, .endTime)
        let seconds = try duration(from: start, to: end)
        let cents = try amount(isBillable: billable)
        return TogglRow(
            line: record.line,
            externalKey: "",
            user: user,
            email: email,
            client: client,
            project: project,
            task: task.isEmpty ? nil : task,
            description: description,
            billable: billable,
            start: start,
            end: end,
            duration: seconds,
            tags: try tags(),
            amountCents: cents,
            currency: cents == nil ? nil : header.currency
        )
    }

    func error(_ code: TogglRowError.Code, _ column: TogglColumn, _ reason: String) -> TogglRowError {
        TogglRowError(
            code,
            line: record.line,
            column: column.rawValue,
            value: header.value(of: column, in: record),
            reason: reason
        )
    }

    func value(_ column: TogglColumn) -> String { TogglHeader.trimmed(header.value(of: column, in: record)) }
}

// MARK: - Texts

extension TogglRowParser {
    private func name(_ column: TogglColumn) throws(TogglRowError) -> String {
        try text(column, limit: TogglLimits.name, allowsLines: false)
    }

    private func text(
        _ column: TogglColumn,
        limit: Int,
        allowsLines: Bool
    ) throws(TogglRowError) -> String {
        let text = value(column)
        guard text.utf8.count <= limit || text.count <= limit else {
            throw error(.tooLong, column, "has \(text.count) characters; the most is \(limit)")
        }
        if let control = text.firstControl(except: allowsLines ? ["\r", "\n", "\t"] : []) {
            throw error(
                .controlCharacter,
                column,
                "holds the control character U+\(hexadecimal(control.value)); remove it"
            )
        }
        return text
    }

    private func hexadecimal(_ value: UInt32) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - text.count)) + text
    }

    private func mailAddress() throws(TogglRowError) -> String {
        let text = try text(.email, limit: TogglLimits.email, allowsLines: false)
        guard !text.isEmpty else { throw error(.empty, .email, "is empty; give the address of who worked") }
        guard MailAddress.isAddress(text) else {
            throw error(.email, .email, "is not a mail address; write it as name@example.org")
        }
        return text
    }

    private func flag() throws(TogglRowError) -> Bool {
        switch value(.billable).lowercased() {
        case "yes": return true
        case "no": return false
        default: throw error(.billable, .billable, "is neither Yes nor No")
        }
    }

    private func tags() throws(TogglRowError) -> [String] {
        let list = try text(.tags, limit: TogglLimits.tag * TogglLimits.tags, allowsLines: false)
        guard !list.isEmpty else { return [] }
        var tags: [String] = []
        for part in list.split(separator: ",", omittingEmptySubsequences: false) {
            let tag = TogglHeader.trimmed(String(part))
            guard !tag.isEmpty else { throw error(.emptyTag, .tags, "has a comma with no tag beside it; remove it") }
            guard tag.count <= TogglLimits.tag else {
                throw error(.tooLong, .tags, "has a tag of \(tag.count) characters; the most is \(TogglLimits.tag)")
            }
            if !tags.contains(tag) { tags.append(tag) }
        }
        guard tags.count <= TogglLimits.tags else {
            throw error(.tooManyTags, .tags, "has \(tags.count) tags; the most is \(TogglLimits.tags)")
        }
        return tags
    }
}
