import Testing

@Suite struct UnloadedRelationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let query: String
        let use: String
        let message: String
        var testDescription: String { "\(query): \(use)" }
    }

    static let cases = [
        Case(query: "", use: "client.name", message: "value of type 'Reference<Client>' has no member 'name'"),
        Case(query: "", use: "project?.name", message: "value of type 'Reference<Project>' has no member 'name'"),
        Case(query: "", use: "lines.map(\\.amount)", message: "value of type 'Many<Line>' has no member 'map'"),
        Case(
            query: ".selectRelated(\\.client)", use: "client.company.name",
            message: "value of type 'Reference<Company>' has no member 'name'"),
        Case(
            query: ".prefetchRelated(\\.lines)", use: "client.name",
            message: "value of type 'Reference<Client>' has no member 'name'"),
    ]

    @Test(arguments: cases)
    func doesNotCompile(_ example: Case) throws {
        let words = try CompilerProbe().diagnostics(
            for: """
                func page(_ database: Database) async throws {
                    let plain = try await Invoice.objects\(example.query).all(on: database)
                    _ = plain[0].\(example.use)
                }
                """)
        #expect(words.contains("error: \(example.message)"))
    }

    @Test(arguments: [
        (".selectRelated(\\.lines)", "ToOne"), (".selectRelated(\\.number)", "no member 'number'"),
        (".prefetchRelated(\\.client)", "ToMany"), (".filter { $0.nothing == 1 }", "no member 'nothing'"),
        (".filter { $0.id == \"one\" }", "error:"), (".order(by: \\.nothing)", "no member 'nothing'"),
    ])
    func refusesAWrongPath(query: String, words: String) throws {
        let diagnostics = try CompilerProbe().diagnostics(for: "func query() { _ = Invoice.objects\(query) }")
        #expect(diagnostics.contains("error:"))
        #expect(diagnostics.contains(words))
    }

    @Test func compilesWhatIsLoadedAndWithin300Milliseconds() throws {
        let diagnostics = try CompilerProbe().diagnostics(
            for: """
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
                """, options: ["-Xfrontend", "-warn-long-expression-type-checking=300"])
        #expect(diagnostics == "")
    }
}
