import BillingContract
import Foundation
import MartletORM
import MartletStores
import MartletTasks
import NotifyContract
import ProjectsContract
import StudioKit

/// Starts a run: drafts the invoices and enqueues what prints them and mails the summary, all in one transaction.
struct RunStarter: Sendable {
    let database: Database
    let projects: any Projects
    let vatBasisPoints: Int

    /// Bills what is billable in the period and not billed yet, and returns the run's id.
    ///
    /// - Throws: ``BillingProblem`` when the period is none.
    func start(_ request: RunRequest) async throws -> Int {
        let period = try period(request)
        let recipient = try recipient(request)
        let entries = try await entries(period)
        return try await database.transaction { tx in
            // Runs of the same years follow each other: the second sees what the first has billed.
            try await NumberSeries.lock(period.first.year...period.last.year, on: tx)
            let billed: [Int] = try await BilledEntry.objects.filter { $0.entry.in(entries.map(\.id)) }.values(on: tx) {
                $0.entry
            }
            let open = Set(entries.map(\.id)).subtracting(billed)
            let drafts = InvoiceDraft.drafts(for: entries.filter { open.contains($0.id) })
            var run = try await Run.objects.create(
                Run(
                    startedAt: Date(), firstMonth: request.from, lastMonth: request.through, mailTo: recipient,
                    summaryTask: nil),
                on: tx)
            let invoices = try await InvoiceWriter(run: run.reference, vatBasisPoints: vatBasisPoints).write(
                drafts, on: tx)
            guard !invoices.isEmpty else { return run.id }
            let summary = try await tx.enqueue(
                chord(
                    invoices.map { BillingBackground.renderPDF(invoice: $0.id) },
                    NotifyBackground.mailSummary(key: "run-\(run.id)", to: recipient)))
            run.summaryTask = summary.id
            try await run.save(on: tx)
            return run.id
        }
    }

    private func period(_ request: RunRequest) throws -> (first: CivilDate, last: CivilDate) {
        guard let first = try? CivilDate(request.from + "-01"), let last = try? CivilDate(request.through + "-01"),
            first <= last
        else { throw BillingProblem.badPeriod(from: request.from, through: request.through) }
        return (first, last.endOfMonth)
    }

    private func recipient(_ request: RunRequest) throws -> String {
        do {
            return try MailAddress(request.mailTo).address
        } catch let error as StudioKitError {
            throw BillingProblem.badRecipient(reason: error.message)
        }
    }

    /// Asks *projects* for the entries of the period, a thousand at a time.
    private func entries(_ period: (first: CivilDate, last: CivilDate)) async throws -> [EntryView] {
        var entries: [EntryView] = []
        while true {
            let page = try await projects.billableEntries(
                from: period.first.description, through: period.last.description, after: entries.last?.id, limit: 1_000)
            entries += page
            if page.count < 1_000 { return entries }
        }
    }
}
