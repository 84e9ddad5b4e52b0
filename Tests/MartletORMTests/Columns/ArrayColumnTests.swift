import Foundation
import MartletORM
import MartletSQLite
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

@Suite struct ArrayColumnTests {
    @Test func storesArraysAsJSONOnSQLite() async throws {
        let database = try await playlists()
        var list = Playlist(
            titles: ["a", "", "\"b\" \\ , {} 🐦"], ratings: [0.1, -1e300], days: [Date(timeIntervalSince1970: 0.5)],
            grid: [[1, 2], [.max, -1]], notes: [nil, "x"])
        try await list.save(on: database)
        #expect(try await Playlist.objects.get(list.id, on: database) == list)
        let text: String = try await database.rows("SELECT days FROM playlist")[0].value("days")
        #expect(text == #"["1970-01-01 00:00:00.500000"]"#)
        #expect(try await Playlist.objects.filter { $0.titles == list.titles }.count(on: database) == 1)
    }

    @Test func keepsEmptyAndNoArraysApart() async throws {
        let database = try await playlists()
        try await Playlist.objects.bulkCreate([Playlist(titles: []), Playlist(titles: [], notes: [])], on: database)
        #expect(try await Playlist.objects.order(by: \.id).all(on: database).map(\.notes) == [nil, []])
    }

    @Test(arguments: ["7", "{}", "[{}]", "[1", "[null]", "[1]"])
    func refusesWhatIsNoArrayOfTheType(json: String) async throws {
        let database = try await playlists()
        try await Playlist.objects.create(Playlist(titles: []), on: database)
        try await database.execute("UPDATE playlist SET titles = \(json)")
        let error = await #expect(throws: ORMError.self) { try await Playlist.objects.all(on: database) }
        #expect(error?.code == .decoding)
        #expect(error?.columns == ["titles"])
    }

    @Test func refusesAnElementThatJSONCannotHold() async throws {
        let database = try await playlists()
        let error = await #expect(throws: ORMError.self) {
            try await Playlist.objects.create(Playlist(titles: [], ratings: [.infinity]), on: database)
        }
        #expect(error?.code == .invalidValue)
    }

    private func playlists() async throws -> Database {
        let database = try SQLiteDatabase.temporary()
        try await Migrator([Migration("1", creating: [Playlist.self])]).migrate(database)
        return database
    }
}
