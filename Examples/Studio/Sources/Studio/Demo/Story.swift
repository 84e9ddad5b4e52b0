import BillingContract
import Foundation
import MartletApp
import MartletServices
import ProjectsContract
import StudioKit

/// The story of the demo: a report is imported and billed, a worker dies, and nothing is lost or done twice.
struct Story {
    let office: BackOffice
    let stage: Stage
    /// The report's bytes.
    let report: [UInt8]
    /// Where the report came from.
    let path: String

    /// Tells it; throws ``DemoError`` where something is not as it must be.
    func tell() async throws {
        let start = ContinuousClock.now
        let expected = try expected()
        try introduce()
        let entries = try await importReport()
        try await importAgain()
        let run = try await runTheMonths(expected)
        try await payAndShowThePage()
        let checks = try await Checks(office: office, expected: expected, entries: entries, run: run).all()
        let closing = ClosingTable(office: office, checks: checks, elapsed: .now - start)
        try await closing.show(on: stage)
        if let failed = checks.first(where: { !$0.holds }) { throw DemoError("Not as it must be: \(failed.what)") }
    }

    private func expected() throws -> ExpectedTotals {
        do {
            return try ExpectedTotals(try TogglReport(report), hourlyRateCents: 8_000, currency: "EUR")
        } catch let error as StudioKitError {
            throw DemoError("\(path): \(error.message)")
        }
    }

    private func introduce() throws {
        stage.chapter("Four services, a gateway and a worker run as processes of their own")
        var table = Table([.left("process"), .right("pid"), .left("url")])
        for process in try office.processes() {
            table.add(process.name, process.pid.map(String.init) ?? "", process.url)
        }
        stage.table(table)
    }

    // MARK: - The import

    private func importReport() async throws -> Int {
        stage.chapter("A Toggl Track report is uploaded: \(URL(filePath: path).lastPathComponent)")
        let done = try await upload(label: "importing")
        stage.say("\(done.imported) entries imported, \(done.duplicates) known, \(done.rejected) rows refused.")
        let errors = try await office.projects.importErrors(id: done.id)
        for error in errors.prefix(100) { stage.say("  line \(error.line): \(error.reason)") }
        if errors.count > 100 {
            stage.say("  and \(errors.count - 100) more: curl \(office.gateway)/projects/imports/\(done.id)/errors")
        }
        return done.imported
    }

    private func importAgain() async throws {
        stage.say("The same report once more:")
        let again = try await upload(label: "importing again")
        stage.say("\(again.imported) entries imported, \(again.duplicates) known: the second time adds nothing.")
        guard again.imported == 0 else { throw DemoError("The second import added \(again.imported) entries.") }
    }

    private func upload(label: String) async throws -> ImportView {
        let start = ContinuousClock.now
        var view = try await office.projects.importReport(ContractFile(contentType: "text/csv", bytes: report))
        let bar = ProgressBar(label, total: view.rows - view.rejected)
        while !view.isDone {
            stage.progress(bar, completed: view.imported + view.duplicates, elapsed: .now - start)
            try await Task.sleep(for: .milliseconds(30))
            view = try await office.projects.importStatus(id: view.id)
        }
        stage.progress(bar, completed: view.imported + view.duplicates, elapsed: .now - start)
        return view
    }

    // MARK: - The run

    private func runTheMonths(_ expected: ExpectedTotals) async throws -> RunView {
        guard let months = expected.months else {
            throw DemoError("\(path) has no billable time, so there is nothing to bill.")
        }
        stage.chapter(
            "Run the months \(months.lowerBound) through \(months.upperBound): an invoice for every client and month")
        let start = ContinuousClock.now
        var run = try await office.billing.run(
            RunRequest(from: months.lowerBound, through: months.upperBound, mailTo: "ada@studio.example"))
        stage.say("\(run.invoices) invoices are drafted and numbered; a chord prints them, and a summary mail ends it.")
        let bar = ProgressBar("printing", total: run.invoices)
        var isKilled = false
        while !run.summarySent, run.invoices > 0 {
            stage.progress(bar, completed: run.printed, elapsed: .now - start)
            if !isKilled, run.printed * 3 >= run.invoices {
                try await killTheWorker(printed: run.printed)
                isKilled = true
            }
            guard .now - start < .seconds(120) else { throw DemoError("The run did not end within two minutes.") }
            try await Task.sleep(for: .milliseconds(10))
            run = try await office.billing.runStatus(id: run.id)
        }
        stage.progress(bar, completed: run.printed, elapsed: .now - start)
        stage.say("All are printed, and the summary is mailed.")
        return run
    }

    private func killTheWorker(printed: Int) async throws {
        stage.say("")
        stage.say("kill -9: the worker dies in the middle, after \(printed) invoices.")
        let (killed, next) = try await office.killWorker()
        stage.say("Process \(killed) is dead, process \(next) works on.")
    }

    // MARK: - The page

    private func payAndShowThePage() async throws {
        stage.chapter("The invoice page: client by join, lines with projects, payments and tags by prefetch")
        let invoices = try await office.billing.invoices(client: nil, limit: 50, offset: nil)
        for invoice in invoices where invoice.id % 3 == 0 {
            _ = try await office.billing.pay(
                PaymentRequest(
                    invoice: invoice.number, reference: "bank-\(invoice.number)", amountCents: invoice.totalCents,
                    receivedOn: "\(invoice.month)-28"))
        }
        let eager = try await office.billing.invoicePage(eager: true)
        let lazy = try await office.billing.invoicePage(eager: false)
        guard eager.invoices == lazy.invoices else { throw DemoError("The two ways to load the page disagree.") }
        var table = Table([.left("\(eager.invoices.count) invoices"), .right("SQL statements"), .right("ms")])
        table.add("selectRelated, prefetchRelated", "\(eager.statements)", Self.rounded(eager.milliseconds))
        table.add("each relation where it is needed", "\(lazy.statements)", Self.rounded(lazy.milliseconds))
        stage.table(table)
    }

    private static func rounded(_ milliseconds: Double) -> String { "\((milliseconds * 10).rounded() / 10)" }
}
