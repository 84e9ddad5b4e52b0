import BillingContract
import Foundation
import MartletORM
import MartletServices
import MartletTasks
import ProjectsContract
import StudioKit

/// The implementation of *billing* on its own database.
struct BillingService: Billing {
    let database: Database
    let projects: any Projects
    let tasks: TaskClient
    let printer: InvoicePrinter
    let vatBasisPoints: Int

    func run(_ body: RunRequest) async throws -> RunView {
        let starter = RunStarter(database: database, projects: projects, vatBasisPoints: vatBasisPoints)
        return try await runStatus(id: starter.start(body))
    }

    func runStatus(id: Int) async throws -> RunView {
        guard let run = try await Run.objects.filter({ $0.id == id }).first(on: database) else {
            throw BillingProblem.unknownRun(id: id)
        }
        let documents = try await run.invoices.objects.values(on: database) { $0.document }
        return RunView(
            id: id, invoices: documents.count, printed: documents.count { $0 != nil },
            summarySent: try await isDone(run.summaryTask))
    }

    func invoices(client: Int?, limit: Int?, offset: Int?) async throws -> [InvoiceView] {
        var invoices = Invoice.objects.selectRelated(\.client).order(by: \.number)
            .limit(min(max(limit ?? 50, 1), 500)).offset(max(offset ?? 0, 0))
        if let client { invoices = invoices.filter { $0.client.id == client } }
        return try await invoices.all(on: database).map { InvoiceView($0.root, client: $0.client) }
    }

    func invoice(id: Int) async throws -> InvoiceDetail {
        guard let invoice = try await Invoice.page.filter({ $0.id == id }).first(on: database) else {
            throw BillingProblem.unknownInvoice("\(id)")
        }
        return InvoiceDetail(invoice)
    }

    func document(id: Int) async throws -> ContractFile {
        guard let invoice = try await Invoice.objects.filter({ $0.id == id }).first(on: database) else {
            throw BillingProblem.unknownInvoice("\(id)")
        }
        guard let path = invoice.document else { throw BillingProblem.notPrinted(number: invoice.number) }
        let bytes = try Data(contentsOf: URL(filePath: path))
        return ContractFile(contentType: "application/pdf", bytes: Array(bytes), filename: "\(invoice.number).pdf")
    }

    func invoicePage(eager: Bool?) async throws -> InvoicePage {
        try await InvoicePages(database: database).page(eager: eager ?? true)
    }

    func timesheets(limit: Int?, offset: Int?) async throws -> [InvoiceTimesheet] {
        try await TimesheetPage(database: database, projects: projects)
            .invoices(limit: min(max(limit ?? 50, 1), 100), offset: max(offset ?? 0, 0))
    }

    func overdue(on: String) async throws -> [OverdueInvoice] {
        guard let day = try? CivilDate(on) else { throw BillingProblem.badDay(value: on) }
        return try await PaymentPages(database: database).overdue(on: day)
    }

    func payments(limit: Int?, offset: Int?) async throws -> [PaymentRow] {
        try await PaymentPages(database: database)
            .payments(limit: min(max(limit ?? 50, 1), 500), offset: max(offset ?? 0, 0))
    }

    func totals() async throws -> [ClientTotal] {
        try await Invoice.objects.order(by: \.client.name)
            .values(on: database) { ($0.client.name, $0.currency, $0.id.count, $0.netCents.sum) }
            .map { ClientTotal(client: $0.0, currency: $0.1, invoices: $0.2, netCents: $0.3) }
    }

    func pay(_ body: PaymentRequest) async throws -> PaymentView {
        guard body.amountCents > 0 else { throw BillingProblem.badAmount(cents: body.amountCents) }
        guard (try? CivilDate(body.receivedOn)) != nil else { throw BillingProblem.badDay(value: body.receivedOn) }
        return try await database.transaction { tx in
            let invoice = try await reference(body.invoice, on: tx)
            let payment = try await Payment.objects.filter { $0.reference == body.reference }.getOrCreate(on: tx) {
                Payment(
                    invoice: invoice, reference: body.reference, amountCents: body.amountCents,
                    receivedOn: body.receivedOn)
            }
            return PaymentView(payment.row)
        }
    }

    func renderPDF(invoice: Int) async throws -> String {
        try await printer.print(invoice)
    }

    private func reference(_ number: String?, on tx: Transaction) async throws -> Reference<Invoice>? {
        guard let number else { return nil }
        guard let invoice = try await Invoice.objects.filter({ $0.number == number }).first(on: tx) else {
            throw BillingProblem.unknownInvoice(number)
        }
        return invoice.reference
    }

    private func isDone(_ task: String?) async throws -> Bool {
        guard let task else { return false }
        return try await tasks.result(of: task, as: String.self).state() == .success
    }
}
