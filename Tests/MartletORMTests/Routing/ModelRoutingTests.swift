import MartletORM
import MartletTesting
import Testing

@Suite(.eachDatabase) struct ModelRoutingTests {
    /// Invoices, clients and all else in one file; tags, their table between and lines in another.
    ///
    /// Both files have all tables, so that what goes to the wrong one is not found by an error.
    private struct Scene {
        let main: Database
        let other: Database
        let database: RoutedDatabase

        init() async throws {
            main = try await Billing.filled()
            other = try await Billing.filled()
            database = try RoutedDatabase(primary: main)
                .routing(Tag.self, InvoiceTag.self, Line.self, to: other)
            // What is where it does not belong would be seen.
            try await Line.objects.delete(on: main)
            try await Tag.objects.delete(on: main)
            try await Line.objects.delete(on: other)
            try await Invoice.objects.delete(on: other)
            try await Tag.objects.delete(on: other)
        }
    }

    @Test func readsAndWritesAModelWhereItsRowsAre() async throws {
        let scene = try await Scene()
        let tag = try await Tag.objects.create(Tag(name: "urgent"), on: scene.database)
        try await Tag.objects.bulkCreate([Tag(name: "a"), Tag(name: "b")], on: scene.database)
        var changed = tag
        changed.name = "late"
        try await changed.save(on: scene.database)
        let (found, isNew) = try await Tag.objects.filter { $0.name == "new" }
            .getOrCreate(on: scene.database) { Tag(name: "new") }
        #expect(isNew && found.id > 0)
        try await Tag.objects.filter { $0.name == "a" }.update(on: scene.database) { [$0.name.set("A")] }
        #expect(try await Tag.objects.filter { $0.name == "b" }.delete(on: scene.database) == 1)
        #expect(try await Tag.objects.order(by: \.id).all(on: scene.other).map(\.name) == ["late", "A", "new"])
        #expect(try await Tag.objects.count(on: scene.database) == 3)
        #expect(try await Tag.objects.count(on: scene.main) == 0)
        #expect(try await Invoice.objects.count(on: scene.database) == 4)
    }

    @Test func prefetchesAcrossDatabases() async throws {
        let scene = try await Scene()
        try await scene.other.linesAndTags()
        let query = Invoice.objects.order(by: \.id).selectRelated(\.client)
            .prefetchRelated(\.lines) { $0.order(by: \.position).limit(1) }.prefetchRelated(\.tags)
        let rows = try await expectQueries(3) { try await query.all(on: scene.database) }
        #expect(rows.map { $0.lines.map(\.amount) } == [[70], [200], [], []])
        #expect(rows.map(\.client.name) == ["Ada", "Bob", "Ada", "Cid"])
        #expect(rows[0].tags.map(\.name) == ["design"])
        // Rows in hand, and in a transaction of the database of invoices.
        let invoices = try await Invoice.objects.order(by: \.id).all(on: scene.database)
        #expect(try await invoices.prefetchRelated(\.lines, on: scene.database).map(\.lines.count) == [2, 1, 0, 0])
        try await scene.database.transaction { tx in
            let rows = try await query.all(on: tx)
            #expect(rows.map(\.lines.count) == [1, 1, 0, 0])
        }
        // And back: lines are there, their invoices here.
        let lines = try await expectQueries(3) {
            try await Line.objects.order(by: \.id).prefetchRelated(\.invoice) { $0.prefetchRelated(\.client) }
                .all(on: scene.database)
        }
        #expect(lines.map(\.invoice.client.name) == ["Ada", "Ada", "Bob"])
    }

    @Test func refusesAStatementAcrossDatabases() async throws {
        let scene = try await Scene()
        func refuses(_ names: String, _ body: () async throws -> Void) async {
            let error = await #expect(throws: ORMError.self) { try await body() }
            #expect(error?.code == .invalidQuery)
            #expect(
                error?.message.hasPrefix("One statement cannot use tables of different databases: \(names).") == true)
            #expect(error?.message.contains("Load a relation across databases by prefetchRelated") == true)
        }
        await refuses("invoice | line") {
            _ = try await Line.objects.filter { $0.invoice.number == "2026-1" }.all(on: scene.database)
        }
        await refuses("client, invoice | line") {
            _ = try await Line.objects.selectRelated(\.invoice) { $0.selectRelated(\.client) }.all(on: scene.database)
        }
        await refuses("invoice | line") {
            _ = try await Invoice.objects.filter { $0.lines.exists { $0.amount > 1 } }.count(on: scene.database)
        }
        await refuses("invoice | invoice_tag, tag") {
            _ = try await Invoice.objects.filter { $0.tags.exists { $0.name == "x" } }.delete(on: scene.database)
        }
        await refuses("invoice | line") {
            let lines = Line.objects.filter { $0.amount > 60 }.subquery { $0.invoice.id }
            _ = try await Invoice.objects.filter { $0.id.isIn(lines) }.exists(on: scene.database)
        }
        await refuses("invoice | line") {
            _ = try await Invoice.objects.prefetchRelated(\.lines) { $0.filter { $0.invoice.number == "1" } }
                .all(on: scene.database)
        }
        // The key of the other row is in this table.
        #expect(try await Line.objects.filter { $0.invoice.id == 1 }.count(on: scene.database) == 0)
    }

    @Test func writesInATransactionOfOneDatabase() async throws {
        let scene = try await Scene()
        try await scene.database.transaction(for: Tag.self) { tx in
            try await Tag.objects.create(Tag(name: "a"), on: tx)
            try await tx.transaction { nested in _ = try await Tag.objects.create(Tag(name: "b"), on: nested) }
        }
        #expect(try await Tag.objects.count(on: scene.other) == 2)
        let error = await #expect(throws: ORMError.self) {
            try await scene.database.transaction { tx in _ = try await Tag.objects.create(Tag(name: "c"), on: tx) }
        }
        #expect(error?.message.hasPrefix("The transaction is on another database than tag.") == true)
        #expect(error?.message.contains("database.transaction(for: Model.self)") == true)
    }

    @Test func routesATableBetweenWithItsModel() async throws {
        let (main, other) = (try await Library.filled(), try await Library.filled())
        try await Library.Reader.objects.delete(on: main)
        let database = try RoutedDatabase(primary: main).routing(Library.Reader.self, Library.Book.self, to: other)
        let readers = try await expectQueries(2) {
            try await Library.Reader.objects.order(by: \.id).prefetchRelated(\.booksRead) { $0.order(by: \.id) }
                .all(on: database)
        }
        #expect(
            readers.map { $0.booksRead.map(\.title) } == [
                ["Poems", "Sense and Sensibility"], ["Jane Eyre", "Sense and Sensibility"],
            ])
        // The table between books and authors went with the books, and the authors are elsewhere.
        let book = try #require(try await Library.Book.objects.first(on: database))
        let error = await #expect(throws: ORMError.self) { try await book.authors.objects.all(on: database) }
        #expect(error?.message.contains("different databases: author | book_authors.") == true)
    }

    @Test func readsARoutedModelFromReplicas() async throws {
        let scene = try await Scene()
        let replica = try await Billing.filled()
        let tags = try RoutedDatabase(primary: scene.other, replicas: [replica])
        let database = try RoutedDatabase(primary: scene.main).routing(Tag.self, to: tags)
        #expect(try await Tag.objects.count(on: database) == 3)
        try await Tag.objects.create(Tag(name: "x"), on: database)
        #expect(try await Tag.objects.count(on: scene.other) == 1)
    }
}

extension Database {
    /// Three lines of two invoices, and a tag of the first; the invoices themselves are elsewhere.
    fileprivate func linesAndTags() async throws {
        // No database can insist on rows of another one.
        if dialect == .sqlite {
            try await execute("PRAGMA foreign_keys = OFF")
        } else {
            try await execute("ALTER TABLE line DROP CONSTRAINT line_invoice_id_fkey")
            try await execute("ALTER TABLE invoice_tag DROP CONSTRAINT invoice_tag_invoice_id_fkey")
        }
        try await Line.objects.bulkCreate(
            [
                Line(position: 2, amount: 50, invoice: 1), Line(position: 1, amount: 70, invoice: 1),
                Line(position: 1, amount: 200, invoice: 2),
            ], on: self)
        let tag = try await Tag.objects.create(Tag(name: "design"), on: self)
        try await InvoiceTag.objects.create(InvoiceTag(invoice: 1, tag: tag.reference), on: self)
    }
}
