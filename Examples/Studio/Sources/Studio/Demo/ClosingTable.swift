import BillingContract
import Foundation
import MartletTasks
import StudioKit

/// The end of the story: what there is, what it came to, and whether everything is as it must be.
struct ClosingTable {
    let office: BackOffice
    let checks: [Checks.Check]
    let elapsed: Duration

    /// Shows it.
    func show(on stage: Stage) async throws {
        stage.chapter("What it came to")
        stage.table(try await totals())
        stage.table(try await counts())
        stage.table(verdicts())
        stage.say("invoices  \(office.folder)/billing/invoices/*.pdf")
        stage.say("mails     \(office.folder)/notify/mail/*.eml")
        stage.say("log       \(UpProcess.log(in: office.folder))")
    }

    private func totals() async throws -> Table {
        let totals = try await office.billing.totals()
        var table = Table([.left("client"), .right("invoices"), .right("net")])
        for total in totals {
            let net = Money(cents: total.netCents, currency: try Currency(total.currency))
            table.add(total.client, "\(total.invoices)", net.description)
        }
        table.addRule()
        for (currency, group) in Dictionary(grouping: totals, by: \.currency).sorted(by: { $0.key < $1.key }) {
            let net = Money(cents: group.reduce(0) { $0 + $1.netCents }, currency: try Currency(currency))
            table.add("all", "\(group.reduce(0) { $0 + $1.invoices })", net.description)
        }
        return table
    }

    private func counts() async throws -> Table {
        let report = try await office.statistics()
        var table = Table([.left("tasks"), .right("")])
        table.add("done", "\(report.done)")
        table.add("retried", "\(report.retried)")
        table.add("recovered from the worker that died", "\(report.recovered)")
        table.add("failed", "\(report.failed)")
        table.add("seconds", "\((elapsed / .milliseconds(100)).rounded() / 10)")
        return table
    }

    private func verdicts() -> Table {
        var table = Table([.left("check"), .left("")])
        for check in checks { table.add(check.what, check.holds ? "ok" : "NOT SO") }
        return table
    }
}
