import CompilerProbe
import Testing

/// What `@Service` writes, as a whole and type-checked.
@Suite struct ServiceExpansionTests {
    private static let billing = SourceFile(
        "Billing.swift",
        """
        import Foundation
        import MartletServices
        import MartletTasks

        @Service("billing", errors: [BillingProblem.self])
        public protocol Billing: Sendable {
            @GET("/invoices/{id}") func invoice(id: Int, lines: Bool?) async throws -> InvoiceView
            @POST("/invoices", status: 201) func draft(_ body: DraftInvoice) async throws
            @Background(queue: "pdf") func renderPDF(invoice: Int) async throws -> URL
        }

        public struct InvoiceView: Codable, Sendable {}

        public struct DraftInvoice: Codable, Sendable {}

        public enum BillingProblem: ServiceProblem {
            case alreadyPaid
            public var detail: String { "The invoice is paid already." }
        }
        """)

    private static let everyForm = SourceFile(
        "EveryForm.swift",
        """
        import MartletServices
        import MartletTasks

        public struct A: Codable, Sendable {}

        enum E: ServiceProblem {
            case failed
            var detail: String { "" }
        }

        @Service("s", errors: [E.self]) public protocol S: Sendable {
            @GET("/") func root() async throws
            @GET("/a/{id}") func a(id: Int, tags: [String], page: Int?) async throws -> [A]
            @PUT("/a/{id}", bodyLimit: 10) func b(id: Int, _ body: A) async throws -> A
            @POST("/c") @Background func c(body: A) async throws -> Void
            @Background(unique: .untilDone(by: "id")) func d(id: Int, deep: Bool) async throws
        }
        """)

    /// One run of the compiler for all tests.
    private static let compilation = Task { try await CompilerProbe().expand([billing, everyForm]) }

    @Test func `a sound contract is not complained of`() async throws {
        let compilation = try await Self.compilation.value
        #expect(compilation.diagnostics.map(\.message) == [])
        #expect(compilation.expansion(.peers, on: "S") != nil)
    }

    @Test func `a unique task knows the name of the argument that comes from the step before`() async throws {
        let expansion = try #require(try await Self.compilation.value.expansion(.peers, on: "S"))
        #expect(expansion.contains("options: TaskOptions(unique: .untilDone(by: \"id\")), parameters: [\"id\"])"))
    }

    @Test func `a contract, a client, signatures and a double`() async throws {
        let compilation = try await Self.compilation.value
        #expect(
            compilation.expansion(.peers, on: "Billing") == """
                public enum BillingContract: ServiceContract {
                    public static let name = "billing"
                    public static var problems: [any ServiceProblem.Type] {
                        [BillingProblem.self]
                    }
                    public static var endpoints: [Endpoint] {
                        [Endpoints.invoice, Endpoints.draft]
                    }
                    public static func client(_ transport: any ServiceTransport) -> any Billing {
                        BillingClient(transport)
                    }
                    public static func inProcess(_ service: @escaping @Sendable () throws -> any Billing) -> any Billing {
                        Stub(call: InProcessCall(problems, service))
                    }
                    public static func routes(_ service: any Billing) -> [ContractRoute] {
                        [
                            ContractRoute(Endpoints.invoice) { request in
                                try await request.respond(with: service.invoice(id: request.path("id"), lines: request.optionalQuery("lines")))
                            },
                            ContractRoute(Endpoints.draft) { request in
                                try await request.respond(with: service.draft(request.body()))
                            },
                        ]
                    }
                    public static func register(_ service: any Billing, in registry: inout TaskRegistry) {
                        registry.register(
                            "billing.renderPDF", options: TaskOptions(queue: "pdf"), parameters: ["invoice"]
                        ) { (invoice: Int) in
                            try await service.renderPDF(invoice: invoice)
                        }
                    }
                    public enum Endpoints {
                        public static let invoice = Endpoint("billing", "invoice", .get, "/invoices/{id}", status: 200)
                        public static let draft = Endpoint("billing", "draft", .post, "/invoices", status: 201)
                        public static let renderPDF = Endpoint("billing", "renderPDF", .post, "/background/renderPDF", status: 200)
                    }
                    private struct Stub: Billing {
                        let call: InProcessCall<any Billing>
                        func invoice(id: Int, lines: Bool?) async throws -> InvoiceView {
                            try await call(Endpoints.invoice) {
                                try await $0.invoice(id: id, lines: lines)
                            }
                        }
                        func draft(_ body: DraftInvoice) async throws {
                            try await call(Endpoints.draft) {
                                try await $0.draft(body)
                            }
                        }
                        func renderPDF(invoice: Int) async throws -> URL {
                            throw ServiceError.backgroundOnly("billing", "renderPDF")
                        }
                    }
                }

                public struct BillingClient: Billing {
                    private let transport: any ServiceTransport
                    public init(_ transport: any ServiceTransport) {
                        self.transport = transport
                    }
                    public func invoice(id: Int, lines: Bool?) async throws -> InvoiceView {
                        var contractRequest = ContractRequest(BillingContract.Endpoints.invoice)
                        contractRequest.set(path: "id", id)
                        contractRequest.add(query: "lines", optional: lines)
                        return try await transport.call(contractRequest, BillingContract.problems)
                    }
                    public func draft(_ body: DraftInvoice) async throws {
                        var contractRequest = ContractRequest(BillingContract.Endpoints.draft)
                        try contractRequest.set(body: body)
                        return try await transport.call(contractRequest, BillingContract.problems)
                    }
                    public func renderPDF(invoice: Int) async throws -> URL {
                        throw ServiceError.backgroundOnly("billing", "renderPDF")
                    }
                }

                public enum BillingBackground {
                    public static func renderPDF(invoice: Int) -> Signature<URL> {
                        Signature<URL>(
                            task: "billing.renderPDF", keywords: ["invoice": invoice],
                            options: TaskOptions(queue: "pdf"))
                    }
                    public static func renderPDF() -> PartialSignature<Int, URL> {
                        PartialSignature<Int, URL>(
                            task: "billing.renderPDF", keywords: [:],
                            options: TaskOptions(queue: "pdf"))
                    }
                }

                public struct BillingDouble: Billing {
                    public var onInvoice: (@Sendable (Int, Bool?) async throws -> InvoiceView)?
                    public var onDraft: (@Sendable (DraftInvoice) async throws -> Void)?
                    public var onRenderPDF: (@Sendable (Int) async throws -> URL)?
                    public init(
                        invoice: (@Sendable (Int, Bool?) async throws -> InvoiceView)? = nil,
                        draft: (@Sendable (DraftInvoice) async throws -> Void)? = nil,
                        renderPDF: (@Sendable (Int) async throws -> URL)? = nil
                    ) {
                        self.onInvoice = invoice
                        self.onDraft = draft
                        self.onRenderPDF = renderPDF
                    }
                    public func invoice(id: Int, lines: Bool?) async throws -> InvoiceView {
                        guard let onInvoice else {
                            throw ServiceError.notDoubled("billing", "invoice", "onInvoice")
                        }
                        return try await onInvoice(id, lines)
                    }
                    public func draft(_ body: DraftInvoice) async throws {
                        guard let onDraft else {
                            throw ServiceError.notDoubled("billing", "draft", "onDraft")
                        }
                        return try await onDraft(body)
                    }
                    public func renderPDF(invoice: Int) async throws -> URL {
                        guard let onRenderPDF else {
                            throw ServiceError.notDoubled("billing", "renderPDF", "onRenderPDF")
                        }
                        return try await onRenderPDF(invoice)
                    }
                }
                """)
    }
}
