import ProjectsContract

/// An invoice before it has a number: what one client owes for one month in one currency.
struct InvoiceDraft: Sendable, Hashable {
    /// The client's id in *projects*.
    var clientID: Int
    /// The client's name.
    var client: String
    /// The month, `YYYY-MM`.
    var month: String
    /// The currency, ISO 4217.
    var currency: String
    /// The lines, in the order of their projects and first days.
    var lines: [LineDraft]
    /// The names of all tags of the entries, sorted.
    var tags: [String]

    /// The sum of the lines, in cents.
    var netCents: Int { lines.reduce(0) { $0 + $1.amountCents } }
}

extension InvoiceDraft {
    /// Makes the drafts for entries: one per client, month and currency, in this order: month, client, currency.
    static func drafts(for entries: [EntryView]) -> [InvoiceDraft] {
        let groups = Dictionary(grouping: entries) { entry in
            Group(
                month: String(entry.day.prefix(7)), client: entry.project.client, id: entry.clientID,
                currency: entry.currency)
        }
        return groups.sorted { $0.key < $1.key }.map { group, entries in
            InvoiceDraft(
                clientID: group.id,
                client: group.client,
                month: group.month,
                currency: group.currency,
                lines: LineDraft.lines(for: entries),
                tags: Set(entries.flatMap(\.tags)).sorted()
            )
        }
    }

    private struct Group: Hashable, Comparable {
        var month: String
        var client: String
        var id: Int
        var currency: String

        static func < (left: Group, right: Group) -> Bool {
            (left.month, left.client, left.id, left.currency) < (right.month, right.client, right.id, right.currency)
        }
    }
}
