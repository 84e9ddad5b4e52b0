import BillingContract
import Foundation
import MartletORM
import MartletServices
import MartletTesting
import ProjectsContract
import Testing

@testable import BillingService

@Suite struct BillingServiceTests {
    @Test func numbersInvoicesWithoutAGap() async throws {
        let billing = try await TestBilling(entries: TestBilling.year(clients: 3))
        let run = try await billing.service.run(.year)

        #expect(run.invoices == 36)
        let invoices = try await billing.service.invoices(client: nil, limit: 500, offset: nil)
        #expect(invoices.map(\.number) == (1...36).map { "2025-00\($0 < 10 ? "0" : "")\($0)" })
    }

    @Test func aSecondRunBillsNothingTwice() async throws {
        let billing = try await TestBilling(entries: TestBilling.year(clients: 2))
        _ = try await billing.service.run(.year)
        let again = try await billing.service.run(.year)

        #expect(again.invoices == 0)
        #expect(try await Invoice.objects.count(on: billing.database) == 24)
    }

    @Test func enqueuesOneTaskForEachInvoiceAndNoneWithoutAny() async throws {
        let billing = try await TestBilling(entries: TestBilling.year(clients: 1))
        _ = try await billing.service.run(.year)
        _ = try await billing.service.run(.year)

        let queued = try await billing.database.rows("SELECT id FROM martlet_message WHERE queue = 'pdf'")
        #expect(queued.count == 12)
    }

    @Test func printsTheSameFileEachTime() async throws {
        let billing = try await TestBilling(entries: TestBilling.year(clients: 1))
        _ = try await billing.service.run(.year)
        let invoice = try #require(try await Invoice.objects.first(on: billing.database))

        let path = try await billing.service.renderPDF(invoice: invoice.id)
        let first = try Data(contentsOf: URL(filePath: path))
        #expect(try await billing.service.renderPDF(invoice: invoice.id) == path)

        #expect(try Data(contentsOf: URL(filePath: path)) == first)
        #expect(first.starts(with: Data("%PDF".utf8)))
        #expect(try await billing.service.document(id: invoice.id).bytes == Array(first))
    }

    @Test func theInvoicePageTakesFourStatements() async throws {
        let billing = try await TestBilling(entries: TestBilling.year(clients: 5))
        _ = try await billing.service.run(.year)

        let eager = try await expectQueries(4) { try await billing.service.invoicePage(eager: true) }
        let lazy = try await billing.service.invoicePage(eager: false)

        #expect(eager.statements == 4)
        #expect(eager.invoices == lazy.invoices)
        // One for the page, and for each of 50 invoices: client, lines, payments, tags, and the project of its one line.
        #expect(lazy.statements == 1 + 50 * 5)
    }

    @Test func theInvoicePageHasNoNPlusOneAndTheOtherOneSaysWhatToDo() async throws {
        let billing = try await TestBilling(entries: TestBilling.year(clients: 2))
        _ = try await billing.service.run(.year)

        _ = try await expectNoNPlusOne { try await billing.service.invoicePage(eager: true) }
        let error = await #expect(throws: ORMError.self) {
            try await expectNoNPlusOne { try await billing.service.invoicePage(eager: false) }
        }

        let page = "the query of Invoice at BillingService/InvoicePages.swift:"
        for remedy in [
            #"Add .selectRelated(\.client) to \#(page)"#, #"Add .prefetchRelated(\.lines) to \#(page)"#,
            #"Add .selectRelated(\.project) to the query of Line at BillingService/InvoicePages.swift:"#,
            #"Add .prefetchRelated(\.payments) to \#(page)"#, #"Add .prefetchRelated(\.tags) to \#(page)"#,
        ] {
            #expect(error?.message.contains(remedy) == true, "\(remedy)")
        }
    }

    @Test func recordsAPaymentOnce() async throws {
        let billing = try await TestBilling(entries: TestBilling.year(clients: 1))
        _ = try await billing.service.run(.year)
        let payment = PaymentRequest(
            invoice: "2025-0001", reference: "bank-1", amountCents: 100, receivedOn: "2025-02-01")

        let first = try await billing.service.pay(payment)
        #expect(try await billing.service.pay(payment) == first)
        #expect(try await Payment.objects.count(on: billing.database) == 1)
    }

    @Test(arguments: [
        (
            PaymentRequest(invoice: "2025-9", reference: "a", amountCents: 1, receivedOn: "2025-02-01"),
            BillingProblem.unknownInvoice("2025-9")
        ),
        (
            PaymentRequest(invoice: nil, reference: "a", amountCents: 0, receivedOn: "2025-02-01"),
            BillingProblem.badAmount(cents: 0)
        ),
        (
            PaymentRequest(invoice: nil, reference: "a", amountCents: 1, receivedOn: "2025-02-30"),
            BillingProblem.badDay(value: "2025-02-30")
        ),
    ])
    func refusesAPaymentThatIsNone(_ payment: PaymentRequest, _ problem: BillingProblem) async throws {
        let billing = try await TestBilling(entries: [])
        await #expect(throws: problem) { try await billing.service.pay(payment) }
    }

    @Test(arguments: [("2025-1", "2025-02"), ("2025-02", "2025-01"), ("2025-13", "2025-14"), ("", "")])
    func refusesAPeriodThatIsNone(_ from: String, _ through: String) async throws {
        let billing = try await TestBilling(entries: [])
        await #expect(throws: BillingProblem.badPeriod(from: from, through: through)) {
            try await billing.service.run(RunRequest(from: from, through: through, mailTo: "ada@x.org"))
        }
    }

    @Test func totalsAgreeWithTheEntries() async throws {
        let entries = TestBilling.year(clients: 3)
        let billing = try await TestBilling(entries: entries)
        _ = try await billing.service.run(.year)

        let totals = try await billing.service.totals()
        #expect(totals.map(\.client) == ["Client 1", "Client 2", "Client 3"])
        #expect(totals.reduce(0) { $0 + $1.netCents } == entries.reduce(0) { $0 + $1.amountCents })
    }
}

extension RunRequest {
    /// The whole year.
    static let year = RunRequest(from: "2025-01", through: "2025-12", mailTo: "ada@x.org")
}
