import MartletORM
import MartletTesting
import Testing

/// Rows that go into the database many to a statement.
@Suite(.eachDatabase) struct BulkInsertTests {
    private let names = (1...130).map { "tag \($0)" } + ["", "NULL", #"a "b" \ c"#, "{x,y}", "two\nlines", "🐦", "'"]

    @Test func returnsEachRowWithItsOwnKey() async throws {
        let database = try await Billing.filled()
        let saved = try await Tag.objects.bulkCreate(names.map { Tag(name: $0) }, on: database)
        #expect(saved.map(\.name) == names)
        let stored = try await Tag.objects.inBulk(saved.map(\.id), on: database)
        #expect(stored.count == names.count)
        for tag in saved { #expect(stored[tag.id] == tag) }
    }

    @Test func takesKeysThatAreGivenBesideThoseThatAreNot() async throws {
        let database = try await Billing.filled()
        var rows = names.map { Tag(name: $0) }
        rows[40].id = 9000
        let saved = try await Tag.objects.bulkCreate(rows, on: database)
        #expect(saved[40].id == 9000)
        let stored = try await Tag.objects.inBulk(saved.map(\.id), on: database)
        for tag in saved { #expect(stored[tag.id] == tag) }
    }

    @Test func insertsAllOrNone() async throws {
        let database = try await Billing.filled()
        let before = try await Client.objects.count(on: database)
        var rows = (1...120).map { Client(name: "client \($0)", country: "IT", company: 1) }
        rows[110].name = "Ada"
        let error = await #expect(throws: ORMError.self) { try await Client.objects.bulkCreate(rows, on: database) }
        #expect(error?.code == .uniqueViolation)
        #expect(error?.columns == ["name"])
        #expect(try await Client.objects.count(on: database) == before)
    }
}
