import SwiftSyntaxMacroExpansion
import SwiftSyntaxMacrosGenericTestSupport
import Testing

@testable import MartletMacros

/// What `@Service` writes, as a whole.
@Suite struct ServiceExpansionTests {
    private static let specs = [
        "Service": MacroSpec(type: ServiceMacro.self), "GET": MacroSpec(type: EndpointMacro.self),
        "POST": MacroSpec(type: EndpointMacro.self), "Background": MacroSpec(type: EndpointMacro.self),
    ]

    @Test func `a contract, a client, signatures and a double`() {
        assertMacroExpansion(
            """
            @Service("billing", errors: [BillingProblem.self])
            public protocol Billing: Sendable {
                @GET("/invoices/{id}") func invoice(id: Int, lines: Bool?) async throws -> InvoiceView
                @POST("/invoices", status: 201) func draft(_ body: DraftInvoice) async throws
                @Background(queue: "pdf") func renderPDF(invoice: Int) async throws -> URL
            }
            """,
            expandedSource: """
                EXPANSION
                """,
            macroSpecs: Self.specs,
            failureHandler: { Issue.record("\($0.message)") })
    }
}
