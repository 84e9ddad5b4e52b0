import CompilerProbe
import Testing

/// What `@Model` writes, all of it type-checked.
@Suite struct ModelMacroTests {
    static let sources = [
        SourceFile(
            "Line.swift",
            """
            import MartletORM

            @Model("line")
            public struct Line {
                public var id: Int
                @Index public var unitPrice: Int = 0
                @ForeignKey(onDelete: .cascade) public var invoice: Reference<Invoice>?
            }
            """),
        SourceFile(
            "Invoice.swift",
            """
            import MartletORM

            @Model("invoice")
            public struct Invoice {
                public var id: Int
                @HasMany(\\Line.invoice) var lines: Many<Line>
                @ManyToMany(through: InvoiceTag.self) var tags: Many<Tag>
            }

            @Model("tag")
            public struct Tag {
                public var id: Int
            }

            @Model("invoice_tag")
            public struct InvoiceTag {
                public var id: Int
                @ForeignKey public var invoice: Reference<Invoice>
                @ForeignKey public var tag: Reference<Tag>
            }
            """),
        SourceFile(
            "Names.swift",
            """
            import MartletORM

            @Model("names")
            struct Names {
                var id: Int
                var issuedOn: Int
                var clientID: Int
                var urlPath: Int
                var vat19: Int
                var HTTPStatus: Int
                var already_snake: Int
            }
            """),
        SourceFile(
            "Country.swift",
            """
            import MartletORM

            @Model("country")
            public struct Country {
                public var id: Int
                @Unique @Column("iso") public var code: String
                @Unique public var phone: Int?
                public var alias: AliasKey = .none
                public enum AliasKey: String, ColumnValue, Encodable { case none }
                @HasMany(\\City.country) public var cities: Many<City>
            }

            @Model("city")
            public struct City {
                public var id: Int
                @ForeignKey public var country: KeyedReference<Country.CodeKey>
                @ForeignKey(onDelete: .setNull) public var twin: KeyedReference<Country.CodeKey>?
            }
            """),
        SourceFile(
            "A.swift",
            """
            import MartletORM

            @Model("a")
            struct A {
                var id: Int
                static let shared: Int = 0
                var double: Int { id * 2 }
                var watched: Int = 1 { didSet { print(watched) } }
                func work() {}
            }
            """),
    ]

    /// One run of the compiler for all tests.
    static let compilation = Task { try await CompilerProbe().expand(sources) }

    @Test func compilesWithoutAWord() async throws {
        #expect(try await Self.compilation.value.diagnostics.map(\.message) == [])
    }

    @Test func expandsAModel() async throws {
        let compilation = try await Self.compilation.value
        #expect(
            compilation.expansion(.members, on: "Line") == """
                public typealias Root = Line

                public typealias ID = Int

                public struct Columns: ModelColumns {
                    public typealias Table = Line
                    public let joinPath: JoinPath
                    public init(joinPath: JoinPath) {
                        self.joinPath = joinPath
                    }
                    public var id: Column<Int> {
                        Column(joinPath, "id")
                    }
                    public var unitPrice: Column<Int> {
                        Column(joinPath, "unit_price")
                    }
                    public var invoice: Invoice.Columns {
                        Invoice.Columns(joinPath: joinPath.following(Line.InvoiceRelation.self))
                    }
                }

                public struct Relations {
                    public let invoice: Line.InvoiceRelation
                }

                public struct InvoiceRelation: ToOptionalOne {
                    public struct Name {
                        public let invoice: Marker
                    }
                    public typealias Source = Line
                    public typealias Target = Invoice
                    public typealias Value = Invoice?
                    public static var name: String {
                        "invoice"
                    }
                    public typealias TargetKey = MartletORM.PrimaryKey<Invoice>
                    public typealias Key = TargetKey.Value
                    public static var column: String {
                        "invoice_id"
                    }
                    public static func key(of row: Source) -> Key? {
                        row.invoice?.id
                    }
                }

                @available(*, unavailable, message: "no foreign key can refer to 'unitPrice', which may be the same in several rows; write '@Unique' before it")
                public typealias UnitPriceKey = MartletORM.PrimaryKey<Line>

                public static let schema = ModelSchema(table: "line", columns: [
                    .primaryKey("id", Int.self),
                    .column("unit_price", Int.self, indexed: true),
                    .foreignKey(InvoiceRelation.self, onDelete: .cascade)
                    ])

                public init(from row: inout RowDecoder) throws {
                    self.id = try row.next()
                    self.unitPrice = try row.next()
                    self.invoice = try row.next()
                }

                public init(id: Int = 0, unitPrice: Int = 0, invoice: Reference<Invoice>? = nil) {
                    self.id = id
                    self.unitPrice = unitPrice
                    self.invoice = invoice
                }

                public var columnValues: [SQLValue] {
                    [self.id.sqlValue, self.unitPrice.sqlValue, self.invoice.sqlValue]
                }
                """)
        #expect(
            compilation.expansion(.extending, on: "Line") == """
                extension Line: Model, ModelRow, Identifiable, Encodable, Sendable {
                }
                """)
        #expect(compilation.expansion(.peers, on: "Line", "unitPrice") == "")
        #expect(compilation.expansion(.peers, on: "Line", "invoice") == "")
    }

    @Test func takesTheStorageOfToManyRelationsAway() async throws {
        let compilation = try await Self.compilation.value
        #expect(
            compilation.expansion(.accessors, on: "Invoice", "lines") == """
                {
                    get {
                        Many(LinesRelation.self, of: self)
                    }
                }
                """)
        #expect(
            compilation.expansion(.accessors, on: "Invoice", "tags") == """
                {
                    get {
                        Many(TagsRelation.self, of: self)
                    }
                }
                """)
        let members = try #require(compilation.expansion(.members, on: "Invoice"))
        #expect(members.contains(".foreignKey(Line.InvoiceRelation.self)"))
        #expect(members.contains(".through(InvoiceTag.self, from: Source.self, to: Tag.self)"))
        #expect(!members.contains("self.lines ="))
    }

    @Test func refersToAUniqueColumn() async throws {
        let compilation = try await Self.compilation.value
        let country = try #require(compilation.expansion(.members, on: "Country"))
        #expect(
            country.contains(
                """
                public enum CodeKey: MartletORM.RequiredKey {
                    public static var column: String {
                        "iso"
                    }
                    public static func key(of row: Country) -> String {
                        row.code
                    }
                }

                public enum PhoneKey: MartletORM.UniqueKey {
                    public static var column: String {
                        "phone"
                    }
                    public static func value(of row: Country) -> Int? {
                        row.phone
                    }
                }
                """))
        // The model has a type of its own with that name.
        #expect(!country.contains("typealias AliasKey"))
        #expect(
            country.contains(
                """
                    public typealias Key = City.CountryRelation.Key
                    public static func key(of row: Source) -> Key? {
                        City.CountryRelation.targetKey(of: row)
                    }
                """))
        let city = try #require(compilation.expansion(.members, on: "City"))
        #expect(city.contains("public typealias TargetKey = Country.CodeKey"))
        #expect(city.contains("row.country.key"))
        #expect(city.contains("row.twin?.key"))
    }

    @Test(arguments: [
        ("issuedOn", "issued_on"), ("id", "id"), ("clientID", "client_id"), ("urlPath", "url_path"), ("vat19", "vat19"),
        ("HTTPStatus", "http_status"), ("already_snake", "already_snake"),
    ])
    func namesColumnsInSnakeCase(property: String, column: String) async throws {
        let members = try #require(try await Self.compilation.value.expansion(.members, on: "Names"))
        let lines = members.split(separator: "\n").map { $0.drop { $0 == " " } }
        let declaration = try #require(lines.firstIndex(of: "var \(property): Column<Int> {"))
        #expect(lines[declaration + 1] == "Column(joinPath, \"\(column)\")")
    }

    @Test func leavesOutWhatIsNoColumn() async throws {
        let members = try #require(try await Self.compilation.value.expansion(.members, on: "A"))
        #expect(!members.contains("\"shared\""))
        #expect(!members.contains("\"double\""))
        #expect(members.contains(".column(\"watched\", Int.self)"))
    }
}
