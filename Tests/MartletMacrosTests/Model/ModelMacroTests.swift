import Testing

@testable import MartletMacros

@Suite struct ModelMacroTests {
    @Test func expandsAModel() {
        let expansion = MacroExpansion(
            of: """
                @Model("line")
                public struct Line {
                    public var id: Int
                    @Index public var unitPrice: Int = 0
                    @ForeignKey(onDelete: .cascade) public var invoice: Reference<Invoice>?
                }
                """)
        #expect(expansion.messages == [])
        #expect(
            expansion.trimmedSource == """
                public struct Line {
                    public var id: Int
                    public var unitPrice: Int = 0
                    public var invoice: Reference<Invoice>?

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
                        public static var column: String {
                            "invoice_id"
                        }
                    }

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
                }

                extension Line: Model, Encodable {
                }
                """)
    }

    @Test func takesTheStorageOfToManyRelationsAway() {
        let expansion = MacroExpansion(
            of: """
                @Model("invoice")
                struct Invoice {
                    var id: Int
                    @HasMany(\\Line.invoice) var lines: Many<Line>
                    @ManyToMany(through: InvoiceTag.self) var tags: Many<Tag>
                }
                """)
        #expect(expansion.messages == [])
        #expect(expansion.source.contains("Many(LinesRelation.self, of: id)"))
        #expect(expansion.source.contains(".foreignKey(Line.InvoiceRelation.self)"))
        #expect(
            expansion.source.contains(".through(InvoiceTag.self, from: Source.self, to: Tag.self)"))
        #expect(!expansion.source.contains("self.lines ="))
    }

    @Test(arguments: [
        ("issuedOn", "issued_on"), ("id", "id"), ("clientID", "client_id"), ("urlPath", "url_path"), ("vat19", "vat19"),
        ("HTTPStatus", "http_status"), ("already_snake", "already_snake"),
    ])
    func namesColumnsInSnakeCase(property: String, column: String) {
        #expect(property.snakeCase == column)
    }

    @Test func leavesOutWhatIsNoColumn() {
        let expansion = MacroExpansion(
            of: """
                @Model("a")
                struct A {
                    var id: Int
                    static var shared: Int = 0
                    var double: Int { id * 2 }
                    var watched: Int = 1 { didSet { print(watched) } }
                    func work() {}
                }
                """)
        #expect(expansion.messages == [])
        #expect(!expansion.source.contains("\"shared\""))
        #expect(!expansion.source.contains("\"double\""))
        #expect(expansion.source.contains(".column(\"watched\", Int.self)"))
    }
}
