import MartletORM
import Testing

// The code of the article "Several databases": Scripts/checks/snippets.sh compares each region with the block of its name.

@Suite(.eachDatabase) struct SeveralDatabasesSnippets {
    @Test func replicas() async throws {
        let (primary, first, second) = (
            try await Billing.filled(), try await Billing.filled(), try await Billing.filled()
        )
        // snippet: replicas
        let database = try RoutedDatabase(primary: primary, replicas: [first, second])

        let invoices = try await Invoice.objects.all(on: database)  // a replica
        try await Company.objects.create(Company(name: "Initech"), on: database)  // the primary
        try await database.transaction { tx in  // the primary, with all that is read in it
            try await Line.objects.filter { $0.amount < 10 }.delete(on: tx)
        }
        let newest = try await Company.objects.count(on: database.primary)  // the primary, by name
        // snippet.end
        #expect(invoices.count == 4 && newest == 3)
        #expect(try await Company.objects.count(on: database) == 2)
    }

    @Test func ownWrites() async throws {
        let database = try RoutedDatabase(
            primary: try await Billing.filled(), replicas: [try await Billing.filled()])
        // snippet: own-writes
        let count = try await RoutedDatabase.readingOwnWrites {
            try await Company.objects.create(Company(name: "Initech"), on: database)
            return try await Company.objects.count(on: database)  // the primary: this piece of work has written
        }
        // snippet.end
        #expect(count == 3)
    }

    @Test func models() async throws {
        let (main, archive) = (try await Billing.filled(), try await Billing.filled())
        // snippet: models
        let database = try RoutedDatabase(primary: main).routing(Tag.self, InvoiceTag.self, to: archive)

        let tags = try await Tag.objects.all(on: database)  // from the archive
        let page = try await Invoice.objects.prefetchRelated(\.tags).all(on: database)  // one statement on each
        try await database.transaction(for: Tag.self) { tx in  // a transaction of the archive
            try await Tag.objects.filter { $0.name == "unused" }.delete(on: tx)
        }
        // snippet.end
        #expect(tags.count == 3 && page[0].tags.count == 2)
        #expect(try await Tag.objects.count(on: archive) == 2)
        #expect(try await Tag.objects.count(on: main) == 3)
    }
}
