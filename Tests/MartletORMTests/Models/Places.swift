import Foundation
import MartletORM

/// Models that refer to themselves: places within places.
enum Places {
    @Model("place")
    struct Place: Equatable {
        var id: Int
        var name: String
        @ForeignKey(onDelete: .cascade) var within: Reference<Place>?
        @HasMany(\Place.within) var parts: Many<Place>
        @HasMany(\Mayor.place) var mayors: Many<Mayor>
    }

    @Model("mayor")
    struct Mayor: Equatable {
        var id: Int
        var name: String
        @ForeignKey(onDelete: .cascade) var place: Reference<Place>
    }

    /// One whose key is of bytes, which have no form in JSON.
    @Model("node")
    struct Node {
        var id: Data
        @ForeignKey(onDelete: .cascade) var above: Reference<Node>?
        @HasMany(\Node.above) var below: Many<Node>
    }

    static func empty() async throws -> Database {
        try await TestDatabase.migrated([Migration("0001", creating: [Mayor.self, Place.self])])
    }

    /// Two continents, of which one has two countries, two cities and a district.
    static func filled() async throws -> Database {
        let database = try await empty()
        try await Place.objects.bulkCreate(
            [
                Place(name: "Europe"), Place(name: "Asia"), Place(name: "Germany", within: 1),
                Place(name: "France", within: 1), Place(name: "Hamburg", within: 3), Place(name: "Berlin", within: 3),
                Place(name: "Mitte", within: 6),
            ], on: database)
        try await Mayor.objects.bulkCreate(
            [Mayor(name: "Peter", place: 5), Mayor(name: "Kai", place: 6)], on: database)
        return database
    }
}
