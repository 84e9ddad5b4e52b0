import MartletORM
import Testing

@Model("author")
struct Author {
    var id: Int
    @ManyToMany(through: Link.self) var friends: Many<Author>
    @ManyToMany(from: \Link.from, to: \Link.to) var followed: Many<Author>
    @ManyToMany(from: \Link.to, to: \Link.from) var followers: Many<Author>
}

@Model("link")
struct Link {
    var id: Int
    @ForeignKey(onDelete: .cascade) var from: Reference<Author>
    @ForeignKey(onDelete: .cascade) var to: Reference<Author>
}

@Suite(.eachDatabase) struct RelationTests {
    private func database() async throws -> Database {
        let database = try await TestDatabase.migrated([Migration("1", creating: [Author.self, Link.self])])
        try await Author.objects.bulkCreate([Author(), Author(), Author()], on: database)
        try await Link.objects.bulkCreate(
            [Link(from: 1, to: 2), Link(from: 1, to: 3), Link(from: 2, to: 3)], on: database)
        return database
    }

    @Test func followsAManyToManyOfAModelWithItselfInBothDirections() async throws {
        let database = try await database()
        let rows = try await Author.objects.order(by: \.id).prefetchRelated(\.followed) { $0.order(by: \.id) }
            .prefetchRelated(\.followers) { $0.order(by: \.id) }.all(on: database)
        #expect(rows.map { $0.followed.map(\.id) } == [[2, 3], [3], []])
        #expect(rows.map { $0.followers.map(\.id) } == [[], [1], [1, 2]])
        #expect(
            try await Author.objects.filter { $0.followers.exists { $0.id == 2 } }.all(on: database).map(\.id) == [3])
    }

    @Test func refusesAnAmbiguousTableBetween() async throws {
        let database = try await database()
        let errors = [
            await #expect(throws: ORMError.self) {
                try await Author.objects.prefetchRelated(\.friends).all(on: database)
            },
            await #expect(throws: ORMError.self) { try await Author(id: 1).friends.objects.all(on: database) },
            await #expect(throws: ORMError.self) {
                try await Author.objects.filter { $0.friends.exists() }.all(on: database)
            },
        ]
        for error in errors {
            #expect(error?.code == .invalidModel)
            #expect(error?.message.contains("2 foreign keys to Author (from_id, to_id)") == true)
        }
    }
}
