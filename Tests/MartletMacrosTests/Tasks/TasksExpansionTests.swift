import SwiftDiagnostics
import SwiftParser
import SwiftSyntax
import SwiftSyntaxMacroExpansion
import SwiftSyntaxMacros
import Testing

@testable import MartletMacros

/// What `@Tasks` and `@Task` make of a source, and what they say of it.
struct TasksExpansion {
    let text: String
    let messages: [String]
    /// The texts of the fix-its.
    let remedies: [String]
    /// The source after the first fix-it.
    let mended: String?

    init(_ source: String) {
        let file = Parser.parse(source: source)
        let context = BasicMacroExpansionContext(
            sourceFiles: [file: .init(moduleName: "Test", fullFilePath: "Test.swift")])
        let expanded = file.expand(
            macroSpecs: [
                "Tasks": MacroSpec(type: TasksMacro.self, conformances: [TypeSyntax(IdentifierTypeSyntax(name: .identifier("TaskSet")))]),
                "Task": MacroSpec(type: TaskMacro.self),
            ],
            contextGenerator: { BasicMacroExpansionContext(sharingWith: context, lexicalContext: $0.surroundings) },
            indentationWidth: .spaces(4))
        text = String(expanded.description.drop { $0.isNewline })
        messages = context.diagnostics.map(\.message)
        remedies = context.diagnostics.flatMap(\.fixIts).map(\.message.message)
        var bytes = Array(source.utf8)
        let changes = context.diagnostics.first?.fixIts.first?.changes
        for case .replace(let old, let new) in changes ?? [] {
            let start = context.location(for: old.position, anchoredAt: old, fileName: "").offset
            let end = context.location(for: old.endPosition, anchoredAt: old, fileName: "").offset
            bytes.replaceSubrange(start..<end, with: Array(new.description.utf8))
        }
        mended = changes == nil ? nil : String(decoding: bytes, as: UTF8.self)
    }
}

extension Syntax {
    /// The types around this node, as the compiler gives them to a macro.
    fileprivate var surroundings: [Syntax] {
        sequence(first: self) { $0.parent }.dropFirst().filter { $0.asProtocol((any DeclGroupSyntax).self) != nil }
    }
}

@Suite struct TasksExpansionTests {
    @Test func taskWithEverything() {
        let expansion = TasksExpansion(
            """
            @Tasks("billing")
            public struct BillingTasks {
                @Task(queue: "pdf", retry: .exponential(max: 5))
                func renderPDF(invoice: Int, copies: Int = 1, context: TaskContext) async throws -> URL { url }
            }
            """)
        #expect(expansion.messages.isEmpty)
        #expect(
            expansion.text == """
                public struct BillingTasks {
                    func renderPDF(invoice: Int, copies: Int = 1, context: TaskContext) async throws -> URL { url }

                    public static let renderPDFOptions = TaskOptions(queue: "pdf", retry: .exponential(max: 5))

                    public static func renderPDF(invoice: Int, copies: Int = 1) -> Signature<URL> {
                        Signature<URL>(task: "billing.renderPDF", keywords: ["invoice": invoice, "copies": copies], options: renderPDFOptions)
                    }

                    public static func renderPDF(copies: Int = 1) -> PartialSignature<Int, URL> {
                        PartialSignature<Int, URL>(task: "billing.renderPDF", keywords: ["copies": copies], options: renderPDFOptions)
                    }
                }

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
    }

    @Test func taskWithoutArgumentsOrOutput() {
        let expansion = TasksExpansion(
            """
            @Tasks("mail")
            struct MailTasks {
                @Task(name: "send_all") func flush() {}
            }
            """)
        #expect(expansion.text.contains("static func flush() -> Signature<Void>"))
        #expect(expansion.text.contains("TaskDefinition(\"mail.send_all\", parameters: [], options: Self.flushOptions) { _, _ in"))
        #expect(expansion.text.contains("self.flush()\n"))
        #expect(!expansion.text.contains("PartialSignature"))
    }

    @Test func parameterWithoutLabelTravelsByPosition() {
        let expansion = TasksExpansion(
            "@Tasks(\"m\") struct T { @Task func total(_ amounts: [Int]) -> Int { 0 } }")
        #expect(expansion.text.contains("static func total(_ amounts: [Int]) -> Signature<Int>"))
        #expect(expansion.text.contains("arguments: [amounts]"))
        #expect(expansion.text.contains("static func total() -> PartialSignature<[Int], Int>"))
        #expect(expansion.text.contains("TaskParameter(\"amounts\", isOptional: false)"))
    }
}
