import CompilerProbe
import Testing

/// What `@Tasks` and `@Task` write, all of it type-checked.
@Suite struct TasksExpansionTests {
    static let sources = [
        SourceFile(
            "BillingTasks.swift",
            """
            import Foundation
            import MartletTasks

            private let url = URL(fileURLWithPath: "/invoice.pdf")

            @Tasks("billing")
            public struct BillingTasks {
                @Task(queue: "pdf", retry: .exponential(max: 5))
                func renderPDF(invoice: Int, copies: Int = 1, context: TaskContext) async throws -> URL { url }
            }
            """),
        SourceFile(
            "MailTasks.swift",
            """
            import MartletTasks

            @Tasks("mail")
            struct MailTasks {
                @Task(name: "send_all") func flush() {}
            }
            """),
        SourceFile(
            "T.swift",
            """
            import MartletTasks

            @Tasks("m") struct T { @Task func total(_ amounts: [Int]) -> Int { 0 } }
            """),
    ]

    /// One run of the compiler for all tests.
    static let compilation = Task { try await CompilerProbe().expand(sources) }

    @Test func compilesWithoutAWord() async throws {
        #expect(try await Self.compilation.value.diagnostics.map(\.message) == [])
    }

    @Test func taskWithEverything() async throws {
        let compilation = try await Self.compilation.value
        #expect(
            compilation.expansion(.members, on: "BillingTasks") == """
                public static let renderPDFOptions = TaskOptions(queue: "pdf", retry: .exponential(max: 5))

                public static func renderPDF(invoice: Int, copies: Int = 1) -> Signature<URL> {
                    Signature<URL>(task: "billing.renderPDF", keywords: ["invoice": invoice, "copies": copies], options: renderPDFOptions)
                }

                public static func renderPDF(copies: Int = 1) -> PartialSignature<Int, URL> {
                    PartialSignature<Int, URL>(task: "billing.renderPDF", keywords: ["copies": copies], options: renderPDFOptions)
                }
                """)
        #expect(
            compilation.expansion(.extending, on: "BillingTasks") == """
                extension BillingTasks: TaskSet {
                    public var taskDefinitions: [TaskDefinition] {
                        [
                            TaskDefinition("billing.renderPDF", parameters: [TaskParameter("invoice", isOptional: false), TaskParameter("copies", isOptional: true)], options: Self.renderPDFOptions) { arguments, context in
                                try JSONValue.encoding(try await self.renderPDF(invoice: try arguments.value(0, as: Int.self), copies: try arguments.optionalValue(1, as: Int.self) ?? (1), context: context))
                            },
                        ]
                    }
                }
                """)
        #expect(compilation.expansion(.peers, on: "BillingTasks", "renderPDF") == "")
    }

    @Test func taskWithoutArgumentsOrOutput() async throws {
        let compilation = try await Self.compilation.value
        let members = try #require(compilation.expansion(.members, on: "MailTasks"))
        #expect(members.contains("static func flush() -> Signature<Void>"))
        #expect(!members.contains("PartialSignature"))
        let definitions = try #require(compilation.expansion(.extending, on: "MailTasks"))
        #expect(
            definitions.contains(
                "TaskDefinition(\"mail.send_all\", parameters: [], options: Self.flushOptions) { _, _ in"))
        #expect(definitions.contains("self.flush()\n"))
    }

    @Test func parameterWithoutLabelTravelsByPosition() async throws {
        let compilation = try await Self.compilation.value
        let members = try #require(compilation.expansion(.members, on: "T"))
        #expect(members.contains("static func total(_ amounts: [Int]) -> Signature<Int>"))
        #expect(members.contains("arguments: [amounts]"))
        #expect(members.contains("static func total() -> PartialSignature<[Int], Int>"))
        let definitions = try #require(compilation.expansion(.extending, on: "T"))
        #expect(definitions.contains("TaskParameter(\"amounts\", isOptional: false)"))
    }
}
