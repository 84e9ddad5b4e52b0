import MartletORM
import MartletPostgres
import MartletTesting
import Testing

@Suite(.eachDatabase) struct HashTests {
    /// Of two texts and of none, the last one with letters beyond ASCII.
    private static func filled(_ database: Database) async throws -> Database {
        try await Migrator([Migration("0001", creating: [Specimen.self])]).migrate(database)
        var rows = try Specimen.rows()
        (rows[0].maybeText, rows[1].maybeText, rows[2].maybeText) = ("abc", nil, "Ünïcode 🐦")
        try await Specimen.objects.bulkCreate(Array(rows.prefix(3)), on: database)
        return database
    }

    @Test func hashesTexts() async throws {
        let database = try await Self.filled(try await TestDatabase.empty())
        let rows = try await Specimen.objects.order(by: \.id).values(on: database) {
            ($0.maybeText.md5, $0.maybeText.sha224, $0.maybeText.sha256, $0.maybeText.sha384, $0.maybeText.sha512)
        }
        #expect(rows[0].0 == "900150983cd24fb0d6963f7d28e17f72")
        #expect(rows[0].1 == "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7")
        #expect(rows[0].2 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            rows[0].3
                == "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7")
        #expect(rows[0].4?.hasPrefix("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a") == true)
        #expect(rows[0].4?.hasSuffix("2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f") == true)
        #expect(rows[1] == (nil, nil, nil, nil, nil))
        #expect(rows[2].0 == "d04941140cf2b6640c660bad49a493ee")
        #expect(rows[2].2 == "0c8f28534a9f9d63b7aaa14d73e3b15cff0317a905e2a6d50d40dbd8d13797bc")
        let found = try await Specimen.objects.filter { $0.text.concat("!").md5 == "4edb03f55c86d5e0a76f5627fa506bbf" }
            .order(by: \.text.sha512.descending).values(on: database) { $0.id }
        #expect(found == [2])
    }

    @Test func hashesBySHA1() async throws {
        let database =
            TestDatabase.product == .sqlite
            ? try await TestDatabase.empty()
            : try PostgresDatabase.open(try await PostgresServer.shared().newDatabase())
        _ = try await Self.filled(database)
        func hashes() async throws -> [String?] {
            try await Specimen.objects.order(by: \.id).values(on: database) { $0.maybeText.sha1 }
        }
        if TestDatabase.product == .postgreSQL {
            let error = await #expect(throws: ORMError.self) { _ = try await hashes() }
            #expect(
                error?.message.hasSuffix("run CREATE EXTENSION pgcrypto once, as a statement of a migration.") == true)
            let crypto = Migration("0002_pgcrypto", sql: ["CREATE EXTENSION pgcrypto"])
            try await Migrator([Migration("0001", creating: [Specimen.self]), crypto]).migrate(database)
        }
        #expect(
            try await hashes() == [
                "a9993e364706816aba3e25717850c26c9cd0d89d", nil, "dc2bc3531f36b099703d72f03d85e11fd96db2f3",
            ])
    }
}
