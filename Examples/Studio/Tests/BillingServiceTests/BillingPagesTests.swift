import BillingContract
import MartletORM
import MartletServices
import MartletTesting
import ProjectsContract
import StudioTestKit
import Testing

@testable import BillingService

/// The pages of *billing* with their statements and calls, on each database.
@Suite struct BillingPagesTests {
    private func billed(_ kind: TestDatabase, clients: Int = 5) async throws -> TestBilling {
        let billing = try await TestBilling(entries: TestBilling.detailedYear(clients: clients), on: kind)
        _ = try await billing.service.run(.year)
        return billing
    }

    @Test(arguments: TestDatabase.all)
    func fiftyInvoicesWithAllTheirEntriesTakeFourStatementsAndOneCall(_ kind: TestDatabase) async throws {
        let billing = try await billed(kind)
        try await billing.pay(every: 2)
        // The number of calls does not grow with the rows.
        for count in [5, 50] {
            let page = try await expectQueries(4, calls: 1) {
                try await billing.service.timesheets(limit: count, offset: nil)
            }
            #expect(page.count == count)
            #expect(page.allSatisfy { $0.lines.count == 5 && $0.lines.allSatisfy { $0.entries.count == 2 } })
            for line in page.flatMap(\.lines) {
                #expect(line.entries.allSatisfy { $0.details == line.line.details })
                #expect(line.entries.reduce(0) { $0 + $1.amountCents } == line.line.amountCents)
            }
            #expect(page.filter { !$0.payments.isEmpty }.count == (count + 1) / 2)
        }
    }

    @Test(arguments: TestDatabase.all)
    func aPageWithoutInvoicesTakesNoCall(_ kind: TestDatabase) async throws {
        let billing = try await TestBilling(entries: [], on: kind)
        let page = try await expectQueries(1, calls: 0) {
            try await billing.service.timesheets(limit: nil, offset: nil)
        }
        #expect(page.isEmpty)
    }

    @Test(arguments: TestDatabase.all)
    func theOverdueListWithTheLatestPaymentsTakesTwoStatements(_ kind: TestDatabase) async throws {
        let billing = try await billed(kind, clients: 2)
        let invoices = try await billing.service.invoices(client: nil, limit: 500, offset: nil)
        // January's are paid in full and in two parts, one of February's in part.
        try await billing.pay(invoices[0].number, "a", invoices[0].totalCents, on: "2025-02-10")
        try await billing.pay(invoices[1].number, "b", 100, on: "2025-02-20")
        try await billing.pay(invoices[1].number, "c", invoices[1].totalCents - 100, on: "2025-02-11")
        try await billing.pay(invoices[2].number, "d", 300, on: "2025-03-02")
        try await billing.pay(invoices[2].number, "e", 200, on: "2025-03-20")

        // Issued on February 28, due on March 30: one day later it is overdue, on the day itself it is not.
        #expect(try await billing.service.overdue(on: "2025-03-30").isEmpty)
        let overdue = try await expectQueries(2) { try await billing.service.overdue(on: "2025-03-31") }
        #expect(overdue.map(\.invoice.number) == [invoices[2].number, invoices[3].number])
        #expect(overdue.map(\.dueOn) == ["2025-03-30", "2025-03-30"])
        #expect(overdue[0].openCents == invoices[2].totalCents - 500)
        #expect(overdue[0].latestPayment?.reference == "e")
        #expect(overdue[1].latestPayment == nil && overdue[1].openCents == invoices[3].totalCents)
        let all = try await expectQueries(2) { try await billing.service.overdue(on: "2026-12-31") }
        #expect(all.count == 22)
        await #expect(throws: BillingProblem.badDay(value: "soon")) { try await billing.service.overdue(on: "soon") }
    }

    @Test(arguments: TestDatabase.all)
    func fiftyPaymentsWithAnInvoiceOrNoneTakeOneStatement(_ kind: TestDatabase) async throws {
        let billing = try await billed(kind)
        try await billing.pay(every: 1)
        try await billing.pay(nil, "unmatched", 4_200, on: "2027-01-01")
        let page = try await expectQueries(1) { try await billing.service.payments(limit: 50, offset: nil) }
        #expect(page.count == 50)
        #expect(page[0].payment.reference == "unmatched" && page[0].invoice == nil)
        #expect(page.dropFirst().allSatisfy { row in row.invoice.map { "bank-\($0)" } == row.payment.reference })
    }

    @Test(arguments: TestDatabase.all)
    func theInvoicePageTakesFourStatements(_ kind: TestDatabase) async throws {
        let billing = try await billed(kind)
        let page = try await expectQueries(4) { try await billing.service.invoicePage(eager: true) }
        #expect(page.statements == 4 && page.invoices.count == 50)
        #expect(page.invoices == (try await billing.service.invoicePage(eager: false)).invoices)
    }

    @Test(arguments: TestDatabase.all)
    func theTotalsTakeOneStatement(_ kind: TestDatabase) async throws {
        let billing = try await billed(kind, clients: 3)
        let totals = try await expectQueries(1) { try await billing.service.totals() }
        #expect(totals.map(\.client) == ["Client 1", "Client 2", "Client 3"])
        #expect(totals.allSatisfy { $0.invoices == 12 })
    }

    @Test(arguments: TestDatabase.all)
    func runsAtTheSameTimeShareTheEntriesAndTheNumbers(_ kind: TestDatabase) async throws {
        let billing = try await TestBilling(entries: TestBilling.detailedYear(clients: 2), on: kind)
        let service = billing.service
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 { group.addTask { try await service.run(.year).invoices } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts.sorted() == [0, 0, 0, 24])
        let numbers: [String] = try await Invoice.objects.order(by: \.number).values(on: billing.database) { $0.number }
        #expect(numbers == (1...24).map { "2025-00\($0 < 10 ? "0" : "")\($0)" })
    }

    @Test(arguments: TestDatabase.all)
    func aPaymentThatComesThreeTimesAtOnceIsOne(_ kind: TestDatabase) async throws {
        let billing = try await billed(kind, clients: 1)
        let payment = PaymentRequest(
            invoice: "2025-0001", reference: "bank-1", amountCents: 100, receivedOn: "2025-02-01")
        let service = billing.service
        let payments = try await withThrowingTaskGroup(of: PaymentView.self) { group in
            for _ in 0..<3 { group.addTask { try await service.pay(payment) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(payments).count == 1)
        #expect(try await Payment.objects.count(on: billing.database) == 1)
    }
}

extension TestBilling {
    /// Pays every n-th invoice in full.
    fileprivate func pay(every step: Int) async throws {
        let invoices = try await service.invoices(client: nil, limit: 500, offset: nil)
        for index in stride(from: 0, to: invoices.count, by: step) {
            let invoice = invoices[index]
            try await pay(invoice.number, "bank-\(invoice.number)", invoice.totalCents, on: "\(invoice.month)-28")
        }
    }

    fileprivate func pay(_ number: String?, _ reference: String, _ cents: Int, on day: String) async throws {
        _ = try await service.pay(
            PaymentRequest(invoice: number, reference: reference, amountCents: cents, receivedOn: day))
    }
}
