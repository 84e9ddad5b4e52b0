import Foundation
import MartletORM

// The models of the query tests: a freelancer's invoices.

@Model("company")
struct Company: Equatable {
    var id: Int
    var name: String
}

@Model("client")
struct Client: Equatable {
    var id: Int
    @Unique var name: String
    var country: String
    @ForeignKey(onDelete: .protect) var company: Reference<Company>
    @HasMany(\Invoice.client) var invoices: Many<Invoice>
}

@Model("project")
struct Project: Equatable {
    var id: Int
    var name: String
    @ForeignKey(onDelete: .setNull) var parent: Reference<Project>?
    @ForeignKey(onDelete: .cascade) var client: Reference<Client>?
    @HasMany(\Project.parent) var children: Many<Project>
}

enum InvoiceStatus: String, ColumnValue, Encodable {
    case draft, sent, paid
}

@Model("invoice")
struct Invoice: Equatable {
    var id: Int
    var number: String?
    var status: InvoiceStatus = .draft
    var issuedOn: Date
    @ForeignKey(onDelete: .protect) var client: Reference<Client>
    @ForeignKey(onDelete: .setNull) var project: Reference<Project>?
    @HasMany(\Line.invoice) var lines: Many<Line>
    @ManyToMany(through: InvoiceTag.self) var tags: Many<Tag>
}

@Model("line")
struct Line: Equatable {
    var id: Int
    var position: Int
    var amount: Int
    @ForeignKey(onDelete: .cascade) var invoice: Reference<Invoice>
    @ForeignKey var project: Reference<Project>?
}

@Model("tag")
struct Tag: Equatable {
    var id: Int
    var name: String
    @ManyToMany(from: \InvoiceTag.tag, to: \InvoiceTag.invoice) var invoices: Many<Invoice>
}

@Model("invoice_tag")
struct InvoiceTag: Equatable {
    var id: Int
    @ForeignKey(onDelete: .cascade) var invoice: Reference<Invoice>
    @ForeignKey(onDelete: .cascade) var tag: Reference<Tag>

    static var indexes: [ModelIndex<InvoiceTag>] { [.unique(\.invoice.id, \.tag.id)] }
}

enum Billing {
    static let migrations = [
        Migration(
            "0001_initial",
            creating: [
                InvoiceTag.self, Line.self, Invoice.self, Project.self, Client.self, Company.self, Tag.self,
            ])
    ]

    /// A new database with the tables and nothing in them.
    static func empty() async throws -> Database {
        try await TestDatabase.migrated(migrations)
    }

    /// Two companies, three clients, a tree of three projects, and four invoices with lines and tags.
    static func filled() async throws -> Database {
        let database = try await empty()
        try await database.transaction { tx in
            try await Company.objects.bulkCreate([Company(name: "Acme"), Company(name: "Globex")], on: tx)
            try await Client.objects.bulkCreate(
                [
                    Client(name: "Ada", country: "DE", company: 1), Client(name: "Bob", country: "FR", company: 2),
                    Client(name: "Cid", country: "DE", company: 2),
                ], on: tx)
            try await Project.objects.bulkCreate(
                [
                    Project(name: "Site", client: 1), Project(name: "Shop", parent: 1, client: 2),
                    Project(name: "Cart", parent: 2),
                ], on: tx)
            try await Invoice.objects.bulkCreate(
                [
                    Invoice(number: "2026-1", status: .paid, issuedOn: day(1), client: 1, project: 2),
                    Invoice(number: "2026-2", status: .sent, issuedOn: day(2), client: 2, project: 1),
                    Invoice(number: nil, issuedOn: day(3), client: 1, project: nil),
                    Invoice(number: "2026-3", status: .sent, issuedOn: day(4), client: 3, project: 3),
                ], on: tx)
            try await Line.objects.bulkCreate(
                [
                    Line(position: 2, amount: 50, invoice: 1), Line(position: 1, amount: 70, invoice: 1, project: 1),
                    Line(position: 3, amount: 30, invoice: 1), Line(position: 1, amount: 200, invoice: 2, project: 3),
                    Line(position: 1, amount: 5, invoice: 4), Line(position: 2, amount: 7, invoice: 4),
                ], on: tx)
            try await Tag.objects.bulkCreate([Tag(name: "urgent"), Tag(name: "design"), Tag(name: "unused")], on: tx)
            try await InvoiceTag.objects.bulkCreate(
                [InvoiceTag(invoice: 1, tag: 1), InvoiceTag(invoice: 1, tag: 2), InvoiceTag(invoice: 2, tag: 2)],
                on: tx)
        }
        return database
    }

    /// A day of March 2026, midnight UTC.
    static func day(_ day: Int) -> Date { Date(timeIntervalSince1970: 1_772_323_200 + Double(day - 1) * 86_400) }
}
