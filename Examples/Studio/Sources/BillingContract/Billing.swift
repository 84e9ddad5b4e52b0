public import MartletServices

/// What other services may ask of *billing*: invoices, their documents and the monthly run.
@Service("billing", errors: [BillingProblem.self])
public protocol Billing: Sendable {
    /// Drafts an invoice for every client and month with billable time not yet billed, and has them printed.
    @POST("/runs", status: 202)
    func run(_ body: RunRequest) async throws -> RunView

    /// Tells how far a run is.
    @GET("/runs/{id}")
    func runStatus(id: Int) async throws -> RunView

    /// Lists the invoices by number: `limit` (50, at most 500) after the first `offset`.
    @GET("/invoices")
    func invoices(client: Int?, limit: Int?, offset: Int?) async throws -> [InvoiceView]

    /// Gives an invoice with its lines, payments and tags.
    @GET("/invoices/{id}")
    func invoice(id: Int) async throws -> InvoiceDetail

    /// Gives an invoice as PDF.
    @GET("/invoices/{id}/pdf")
    func document(id: Int) async throws -> ContractFile

    /// Gives a page of 50 invoices with their relations and what it cost; `eager` false loads each relation by itself.
    @GET("/invoice-page")
    func invoicePage(eager: Bool?) async throws -> InvoicePage

    /// Gives invoices with payments, lines and what was worked for each line, by number: `limit` (50, at most 100) after the
    /// first `offset`.
    @GET("/timesheets")
    func timesheets(limit: Int?, offset: Int?) async throws -> [InvoiceTimesheet]

    /// Lists the invoices that were due before the day `on` and are not paid, with their latest payment.
    @GET("/overdue")
    func overdue(on: String) async throws -> [OverdueInvoice]

    /// Lists the payments with their invoice, newest first: `limit` (50, at most 500) after the first `offset`.
    @GET("/payments")
    func payments(limit: Int?, offset: Int?) async throws -> [PaymentRow]

    /// Gives the net totals by client, by name.
    @GET("/totals")
    func totals() async throws -> [ClientTotal]

    /// Records a payment; the same reference a second time changes nothing.
    @POST("/payments", status: 201)
    func pay(_ body: PaymentRequest) async throws -> PaymentView

    /// Prints an invoice to PDF and gives the file's path; a second run writes the same file.
    @Background(queue: "pdf")
    func renderPDF(invoice: Int) async throws -> String
}
