import Testing

/// Every misuse of the model macros: the source, the words of the error, and what the fix-it offers.
@Suite struct ModelMisuseTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let source: String
        let message: String
        let fixIt: String?
        var testDescription: String { message }

        /// A property of an otherwise correct model.
        static func property(_ source: String, _ message: String, fixIt: String? = nil) -> Case {
            Case(source: "@Model(\"a\") struct A { var id: Int; \(source) }", message: message, fixIt: fixIt)
        }
    }

    static let cases: [Case] = [
        Case(
            source: "@Model(\"a\") class A { var id: Int }",
            message: "@Model needs a struct: a row is a value. Write 'struct' here, or remove @Model",
            fixIt: "change 'class' to 'struct'"),
        Case(
            source: "@Model(\"a\") enum A { case b }",
            message: "@Model needs a struct: a row is a value. Write 'struct' here, or remove @Model", fixIt: nil),
        Case(
            source: "@Model(\"a\") struct A<T> { var id: Int }",
            message: "@Model cannot make a table of a generic struct; write one struct for each table", fixIt: nil),
        Case(
            source: "@Model(\"\") struct TimeEntry { var id: Int }",
            message: "@Model needs the table's name as a plain, non-empty literal: @Model(\"time_entry\")",
            fixIt: "name the table 'time_entry'"),
        Case(
            source: "@Model(\"a\\(1)\") struct A { var id: Int }",
            message: "@Model needs the table's name as a plain, non-empty literal: @Model(\"a\")",
            fixIt: "name the table 'a'"),
        Case(
            source: "@Model(\"a\") struct A { var name: String }",
            message: "'A' has no primary key; add 'var id: Int' (or UUID or String)", fixIt: "add 'var id: Int'"),
        Case(
            source: "@Model(\"a\") struct A { let id: Int }",
            message: "'id' must be 'var': saving a new row sets the key the database assigned",
            fixIt: "change 'let' to 'var'"),
        Case(
            source: "@Model(\"a\") struct A { var id: Int? }",
            message: "the primary key cannot be optional; a whole number of 0 stands for a row not saved yet",
            fixIt: "change the type to 'Int'"),
        .property(
            "let kind: String = \"x\"",
            "'kind' is a constant with a value, so no row could be read into it; write 'var'",
            fixIt: "change 'let' to 'var'"),
        .property("var a: Int, b: Int", "@Model needs one declaration for each property; split this one"),
        .property(
            "var count = 0", "'count' needs a written type: a macro sees only the source. Write 'var count: Int'",
            fixIt: "add ': Int'"),
        .property(
            "var now = Date()", "'now' needs a written type: a macro sees only the source. Write 'var now: Type'"),
        .property(
            "@ForeignKey let client: Client",
            "@ForeignKey needs the type Reference<Model>, or Reference<Model>? where there may be none; "
                + "'client' is 'Client'", fixIt: "change the type to 'Reference<Client>'"),
        .property(
            "@ForeignKey var client: Client?",
            "@ForeignKey needs the type Reference<Model>, or Reference<Model>? where there may be none; "
                + "'client' is 'Client?'", fixIt: "change the type to 'Reference<Client>?'"),
        .property(
            "@ForeignKey var client: KeyedReference<Client>?",
            "KeyedReference needs a unique column of the other model, as KeyedReference<Author.NameKey>; 'client' has "
                + "'Client'. To refer to a primary key, write Reference<Client>?",
            fixIt: "change the type to 'Reference<Client>?'"),
        .property(
            "var client: KeyedReference<Client.CodeKey>",
            "'client' is a Reference and needs @ForeignKey, which says what happens when its row is deleted",
            fixIt: "add '@ForeignKey'"),
        .property(
            "@ForeignKey(onDelete: .explode) var client: Reference<Client>",
            "onDelete cannot be '.explode'; choose one of .protect, .cascade, .setNull, .doNothing",
            fixIt: "use '.protect'"),
        .property(
            "@ForeignKey(onDelete: .setNull) var client: Reference<Client>",
            "onDelete: .setNull needs an optional, and 'client' is required; write Reference<…>?, or choose .protect or "
                + ".cascade", fixIt: "use '.protect'"),
        .property(
            "@ForeignKey(dbConstraint: !true) var client: Reference<Client>",
            "dbConstraint needs 'true' or 'false' as it stands, since a macro sees only the source; it is '!true'",
            fixIt: "use 'true'"),
        .property(
            "@ForeignKey(onDelete: .cascade, dbConstraint: false) var client: Reference<Client>",
            "onDelete: .cascade is the database's to do, which knows nothing of a key with dbConstraint: false; "
                + "write .doNothing, or leave it out", fixIt: "use '.doNothing'"),
        .property(
            "var client: Reference<Client>",
            "'client' is a Reference and needs @ForeignKey, which says what happens when its row is deleted",
            fixIt: "add '@ForeignKey'"),
        .property(
            "var lines: Many<Line>",
            "'lines' is a Many and needs @HasMany(\\Line.property) or @ManyToMany(through: Between.self)"),
        .property(
            "@HasMany(\\Line.invoice) var lines: [Line]", "@HasMany needs the type Many<Model>; 'lines' is '[Line]'",
            fixIt: "change the type to 'Many<Line>'"),
        .property(
            "@HasMany var lines: Many<Line>",
            "@HasMany needs the foreign key that leads back, as a key path of one property: @HasMany(\\Line.property)"),
        .property(
            "@HasMany(\\Line.invoice.client) var lines: Many<Line>",
            "@HasMany needs the foreign key that leads back, as a key path of one property: @HasMany(\\Line.property)"),
        .property(
            "@ManyToMany(through: InvoiceTag.self) var tags: [Tag]",
            "@ManyToMany needs the type Many<Model>; 'tags' is '[Tag]'", fixIt: "change the type to 'Many<Tag>'"),
        .property(
            "@ManyToMany(through: InvoiceTag) var tags: Many<Tag>",
            "@ManyToMany needs the model between: @ManyToMany(through: Between.self), or its two foreign keys: "
                + "@ManyToMany(from: \\Between.one, to: \\Between.other), or nothing for a table of its own"),
        .property(
            "@OneToOne var client: Client",
            "@OneToOne needs the type Reference<Model>, or Reference<Model>? where there may be none; "
                + "'client' is 'Client'", fixIt: "change the type to 'Reference<Client>'"),
        .property(
            "@HasOne(\\Invoice.client) var invoice: Invoice?",
            "@HasOne needs the type One<Model>; 'invoice' is 'Invoice?'",
            fixIt: "change the type to 'One<Invoice>'"),
        .property(
            "@HasOne var invoice: One<Invoice>",
            "@HasOne needs the foreign key that leads back, as a key path of one property: @HasOne(\\Invoice.property)"),
        .property("var invoice: One<Invoice>", "'invoice' is a One and needs @HasOne(\\Invoice.property)"),
        Case(
            source: "struct A { @Unique var name: String }",
            message: "@Unique works only in a struct with @Model(\"table\"); add @Model there", fixIt: nil),
        Case(
            source: "struct A { @ForeignKey var client: Reference<Client> }",
            message: "@ForeignKey works only in a struct with @Model(\"table\"); add @Model there", fixIt: nil),
    ]

    /// One run of the compiler for all cases.
    static let probe = Task { try await compile(cases.map(\.source)) }

    static func compile(_ sources: [String]) async throws -> MisuseProbe {
        try await MisuseProbe(
            sources, importing: "MartletORM",
            using: """
                struct Date {}
                @Model("client") struct Client { var id: Int; @Unique var code: String }
                @Model("tag") struct Tag { var id: Int }
                @Model("invoice") struct Invoice { var id: Int; @ForeignKey var client: Reference<Client> }
                @Model("line") struct Line { var id: Int; @ForeignKey var invoice: Reference<Invoice> }
                @Model("invoice_tag") struct InvoiceTag {
                    var id: Int
                    @ForeignKey var invoice: Reference<Invoice>
                    @ForeignKey var tag: Reference<Tag>
                }
                """)
    }

    @Test(arguments: cases)
    func reportsOneErrorWithItsRemedy(_ misuse: Case) async throws {
        let finding = try #require(try await Self.probe.value.finding(misuse.source))
        #expect(finding.messages == [misuse.message])
        #expect(finding.remedies == (misuse.fixIt.map { [$0] } ?? []))
    }

    @Test func `every fix-it mends`() async throws {
        let probe = try await Self.probe.value
        let mended = Self.cases.compactMap { probe.finding($0.source)?.mended }
        #expect(mended.count == Self.cases.count { $0.fixIt != nil })
        let again = try await Self.compile(mended)
        for source in mended {
            #expect(again.finding(source)?.messages == [], "\(source)")
        }
    }
}
