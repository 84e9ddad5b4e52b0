import Foundation
import MartletORM
import Testing

@Model("playlist")
struct Playlist: Equatable {
    var id: Int
    var titles: [String]
    var ratings: [Double] = []
    var days: [Date] = []
    var grid: [[Int]] = []
    var notes: [String?]?
}

@Suite(.eachDatabase) struct ArrayColumnTests {
    @Test func storesArrays() async throws {
        let database = try await playlists()
        var list = Playlist(
            titles: ["a", "", "\"b\" \\ , {} 🐦"], ratings: [0.1, -1e300], days: [Date(timeIntervalSince1970: 0.5)],
            grid: [[1, 2], [.max, -1]], notes: [nil, "x"])
        try await list.save(on: database)
        #expect(try await Playlist.objects.get(list.id, on: database) == list)
        let text: String = try await database.rows("SELECT CAST(days AS text) AS days FROM playlist")[0].value("days")
        // JSON on SQLite, the product's own arrays on PostgreSQL.
        #expect(
            text
                == TestDatabase.by(
                    sqlite: #"["1970-01-01 00:00:00.500000"]"#, postgreSQL: #"{"1970-01-01 00:00:00.5+00"}"#))
        #expect(try await Playlist.objects.filter { $0.titles == list.titles }.count(on: database) == 1)
    }

    @Test func keepsEmptyAndNoArraysApart() async throws {
        let database = try await playlists()
        try await Playlist.objects.bulkCreate([Playlist(titles: []), Playlist(titles: [], notes: [])], on: database)
        #expect(try await Playlist.objects.order(by: \.id).all(on: database).map(\.notes) == [nil, []])
    }

    @Test(.on(.sqlite), arguments: ["7", "{}", "[{}]", "[1", "[null]", "[1]"])
    func refusesWhatIsNoArrayOfTheType(json: String) async throws {
        let database = try await playlists()
        try await Playlist.objects.create(Playlist(titles: []), on: database)
        try await database.execute("UPDATE playlist SET titles = \(json)")
        let error = await #expect(throws: ORMError.self) { try await Playlist.objects.all(on: database) }
        #expect(error?.code == .decoding)
        #expect(error?.columns == ["titles"])
    }

    @Test(.on(.sqlite)) func refusesAnElementThatJSONCannotHold() async throws {
        let database = try await playlists()
        let error = await #expect(throws: ORMError.self) {
            try await Playlist.objects.create(Playlist(titles: [], ratings: [.infinity]), on: database)
        }
        #expect(error?.code == .invalidValue)
    }

    private func playlists() async throws -> Database {
        try await TestDatabase.migrated([Migration("1", creating: [Playlist.self])])
    }
}
