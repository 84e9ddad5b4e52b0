import CompilerProbe
import Testing

/// What must not compile, and the compiler's words for it; each suite of examples is one run of the compiler.
@Suite(.serialized) struct UnloadedRelationTests {
    struct Example {
        let source: String
        let message: String
    }

    static let unloaded = [
        example("", "client.name", "value of type 'Reference<Client>' has no member 'name'"),
        example("", "project?.name", "value of type 'Reference<Project>' has no member 'name'"),
        example("", "lines.map(\\.amount)", "value of type 'Many<Line>' has no member 'map'"),
        example(
            ".selectRelated(\\.client)", "client.company.name",
            "value of type 'Reference<Company>' has no member 'name'"),
        example(
            ".prefetchRelated(\\.lines)", "client.name", "value of type 'Reference<Client>' has no member 'name'"),
    ]

    static let wrongPaths = [
        Example(
            source: "Invoice.objects.selectRelated(\\.lines)",
            message: "no exact matches in call to instance method 'selectRelated'"),
        Example(source: "Invoice.objects.selectRelated(\\.number)", message: "no member 'number'"),
        Example(source: "Invoice.objects.prefetchRelated(\\.number)", message: "no member 'number'"),
        Example(source: "Invoice.objects.filter { $0.nothing == 1 }", message: "no member 'nothing'"),
        Example(source: "Invoice.objects.filter { $0.id == \"one\" }", message: "String"),
        Example(source: "Invoice.objects.order(by: \\.nothing)", message: "no member 'nothing'"),
    ]

    private static func example(_ query: String, _ use: String, _ message: String) -> Example {
        Example(
            source: "let plain = try await Invoice.objects\(query).all(on: database); _ = plain[0].\(use)",
            message: message)
    }

    @Test(arguments: [unloaded, wrongPaths])
    func doesNotCompile(_ examples: [Example]) async throws {
        let functions = examples.enumerated().map { index, example in
            "func f\(index)(_ database: Database) async throws { _ = 0; \(example.source) }"
        }
        let compilation = try await BillingProbe.compile(functions.joined(separator: "\n"))
        for (index, example) in examples.enumerated() {
            // The probe's first line is its import.
            let errors = compilation.errors(in: "Probe.swift").filter { $0.line == index + 2 }.map(\.message)
            #expect(errors.contains { $0.contains(example.message) }, "\(example.source): \(errors)")
        }
    }

    @Test func compilesWhatIsLoadedAndWithin300Milliseconds() async throws {
        let compilation = try await BillingProbe.compile(
            """
            func page(_ database: Database, country: String, start: Int) async throws -> [String] {
                let page = try await Invoice.objects
                    .filter { $0.client.country == country && $0.id >= start && !($0.status == .draft) }
                    .exclude { $0.number.isNull || $0.project.name.contains("x") }
                    .selectRelated(\\.client) { $0.selectRelated(\\.company) }
                    .selectRelated(\\.project)
                    .prefetchRelated(\\.lines) { $0.filter { $0.amount > 5 }.order(by: \\.position).limit(5) }
                    .order(by: \\.issuedOn.descending, \\.client.name).limit(50)
                    .all(on: database)
                return page.map { $0.client.company.name + ($0.project?.name ?? "") + String($0.lines.count) }
            }
            """,
            options: ["-Xfrontend", "-warn-long-expression-type-checking=300"])
        #expect(compilation.output == "")
    }
}
