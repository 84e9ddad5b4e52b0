import Foundation
import MartletORM

/// The models of Django's tests of generic relations: items that tag rows of any model.
enum Tagging {
    @Model("tagged_item")
    struct TaggedItem: Equatable {
        var id: Int
        var tag: String
        var contentType: String
        var contentID: Int
        var createdByType: String?
        var createdByID: Int?
        var favoriteType: String?
        var favoriteKey: String?

        static let content = GenericForeignKey<TaggedItem, Int>(type: \.contentType, key: \.contentID)
        static let createdBy = GenericForeignKey<TaggedItem, Int?>(type: \.createdByType, key: \.createdByID)
        static let favorite = GenericForeignKey<TaggedItem, String?>(type: \.favoriteType, key: \.favoriteKey)
        static var indexes: [ModelIndex<TaggedItem>] { [.index(\.contentType, \.contentID)] }
    }

    /// What has keys of several types: whole numbers, identifiers, types of their own.
    @Model("comment")
    struct Comment: Equatable {
        var id: Int
        var text: String
        var objectType: String
        var objectKey: String

        static let object = GenericForeignKey<Comment, String>(type: \.objectType, key: \.objectKey)
    }

    @Model("book")
    struct Book: Equatable {
        var id: Int
        var title: String
        @ManyToMany var readBy: Many<Reader>
    }

    @Model("reader")
    struct Reader: Equatable {
        var id: Int
        var name: String
    }

    @Model("article")
    struct Article: Equatable {
        var id: UUID
        var name: String
    }

    @Model("country")
    struct Country: Equatable {
        var id: CountryCode
        var name: String
    }

    enum CountryCode: String, ColumnValue, Encodable {
        case germany = "DE"
        case france = "FR"
    }

    @Model("bookmark")
    struct Bookmark: Equatable {
        var id: Int
        var url: String
    }

    static func empty() async throws -> Database {
        let models: [any Model.Type] = [
            TaggedItem.self, Comment.self, Book.self, Reader.self, Article.self, Country.self, Bookmark.self,
        ]
        return try await TestDatabase.migrated([Migration("0001", creating: models)])
    }

    /// Two books with readers, and four items of which two tag books and two tag readers.
    static func filled() async throws -> Database {
        let database = try await empty()
        let books = try await Book.objects.bulkCreate([Book(title: "Poems"), Book(title: "Emma")], on: database)
        let readers = try await Reader.objects.bulkCreate(
            ["me", "you", "someone"].map { Reader(name: $0) }, on: database)
        try await books[0].readBy.add([readers[0], readers[1]], on: database)
        try await books[1].readBy.add([readers[2]], on: database)
        try await TaggedItem.objects.bulkCreate(
            [
                TaggedItem(tag: "awesome", contentType: "book", contentID: 1),
                TaggedItem(tag: "great", contentType: "reader", contentID: 1),
                TaggedItem(tag: "outstanding", contentType: "book", contentID: 2),
                TaggedItem(tag: "amazing", contentType: "reader", contentID: 3),
            ], on: database)
        return database
    }
}
