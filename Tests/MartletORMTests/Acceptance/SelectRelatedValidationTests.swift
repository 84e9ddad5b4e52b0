import CompilerProbe
import Foundation
import Testing

// What Django refuses when a query runs, the compiler refuses: of select_related/tests.py, select_related_onetoone/tests.py
// and prefetch_related/tests.py.

@Suite struct SelectRelatedValidationTests {
    /// A test of Django's, a line of source, and words of the compiler.
    static let examples: [(name: String, source: String, message: String)] = [
        ("nonRelationalField", "Species.objects.selectRelated(\\.name)", "no member 'name'"),
        (
            "nonRelationalFieldNested", "Species.objects.selectRelated(\\.genus) { $0.selectRelated(\\.name) }",
            "no member 'name'"
        ),
        ("manyToManyField", "Pizza.objects.selectRelated(\\.toppings)", "no exact matches"),
        ("reverseRelationalField", "Species.objects.selectRelated(\\.child1)", "no exact matches"),
        ("invalidField", "Species.objects.selectRelated(\\.invalid)", "no member 'invalid'"),
        (
            "invalidField below", "Species.objects.selectRelated(\\.genus) { $0.selectRelated(\\.invalid) }",
            "no member 'invalid'"
        ),
        ("attributeError", "Pizza.objects.prefetchRelated(\\.xyz)", "no member 'xyz'"),
        (
            "invalidFinalLookup", "Pizza.objects.prefetchRelated(\\.toppings) { $0.prefetchRelated(\\.name) }",
            "no member 'name'"
        ),
    ]

    @Test func doesNotCompile() async throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Models/Taxonomy.swift")
        let models = try String(contentsOf: file, encoding: .utf8)
        let lines = Self.examples.enumerated().map { index, example in
            "extension Taxonomy { static func f\(index)() { _ = \(example.source) } }"
        }
        let source = (["import MartletORM"] + lines).joined(separator: "\n") + "\n"
        let compilation = try await CompilerProbe().compile(
            [SourceFile("Probe.swift", source), SourceFile("Taxonomy.swift", models)])
        for (index, example) in Self.examples.enumerated() {
            let errors = compilation.errors(in: "Probe.swift").filter { $0.line == index + 2 }.map(\.message)
            #expect(errors.contains { $0.contains(example.message) }, "\(example.name): \(errors)")
        }
    }
}
