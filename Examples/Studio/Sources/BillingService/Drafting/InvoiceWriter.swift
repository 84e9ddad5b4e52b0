import MartletORM
import ProjectsContract
import StudioKit

/// Writes drafts as invoices with numbers, lines, tags and the entries they bill.
struct InvoiceWriter: Sendable {
    let run: Reference<Run>
    let vatBasisPoints: Int

    /// Writes the drafts in their order and returns the invoices.
    func write(_ drafts: [InvoiceDraft], on tx: Transaction) async throws -> [Invoice] {
        try await rememberNames(drafts, on: tx)
        var invoices: [Invoice] = []
        for draft in drafts { invoices.append(try await invoice(draft, on: tx)) }
        invoices = try await Invoice.objects.bulkCreate(invoices, on: tx)
        try await writeLines(drafts, of: invoices, on: tx)
        try await writeTags(drafts, of: invoices, on: tx)
        return invoices
    }

    private func invoice(_ draft: InvoiceDraft, on tx: Transaction) async throws -> Invoice {
        let issuedOn = try CivilDate(draft.month + "-01").endOfMonth
        let net = Money(cents: draft.netCents, currency: try Currency(draft.currency))
        return Invoice(
            number: try await NumberSeries.next(in: issuedOn.year, on: tx), run: run,
            client: Reference(id: draft.clientID), month: draft.month, issuedOn: issuedOn.description,
            currency: draft.currency, netCents: net.cents, vatBasisPoints: vatBasisPoints,
            totalCents: try net.adding(net.share(basisPoints: vatBasisPoints)).cents, document: nil)
    }

    /// Keeps the names of clients and projects as they are when they are billed.
    private func rememberNames(_ drafts: [InvoiceDraft], on tx: Transaction) async throws {
        let clients = Dictionary(drafts.map { ($0.clientID, $0.client) }) { first, _ in first }
        for (id, name) in clients.sorted(by: { $0.key < $1.key }) {
            var client = Client(id: id, name: name)
            try await client.save(on: tx)
        }
        let lines = drafts.flatMap(\.lines)
        let projects = Dictionary(lines.map { ($0.project.id, $0.project.name) }) { first, _ in first }
        for (id, name) in projects.sorted(by: { $0.key < $1.key }) {
            var project = Project(id: id, name: name)
            try await project.save(on: tx)
        }
    }

    private func writeLines(_ drafts: [InvoiceDraft], of invoices: [Invoice], on tx: Transaction) async throws {
        let lines = zip(drafts, invoices).flatMap { draft, invoice in
            draft.lines.enumerated().map { index, line in
                Line(
                    invoice: invoice.reference, project: Reference(id: line.project.id), position: index + 1,
                    details: line.details, seconds: line.seconds, amountCents: line.amountCents)
            }
        }
        let saved = try await Line.objects.bulkCreate(lines, on: tx)
        let billed = zip(saved, drafts.flatMap(\.lines)).flatMap { line, draft in
            draft.entryIDs.map { BilledEntry(line: line.reference, entry: $0) }
        }
        try await BilledEntry.objects.bulkCreate(billed, on: tx)
    }

    private func writeTags(_ drafts: [InvoiceDraft], of invoices: [Invoice], on tx: Transaction) async throws {
        let names = Set(drafts.flatMap(\.tags)).sorted()
        try await Tag.objects.bulkCreate(names.map { Tag(name: $0) }, onConflict: .ignore, on: tx)
        let known = try await Tag.objects.filter { $0.name.in(names) }.all(on: tx)
        let ids = Dictionary(known.map { ($0.name, $0.reference) }) { first, _ in first }
        let tags = zip(drafts, invoices).flatMap { draft, invoice in
            draft.tags.compactMap { name in ids[name].map { InvoiceTag(invoice: invoice.reference, tag: $0) } }
        }
        try await InvoiceTag.objects.bulkCreate(tags, on: tx)
    }
}
