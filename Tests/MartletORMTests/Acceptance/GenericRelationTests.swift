import Foundation
import MartletORM
import MartletTesting
import Testing

// Django's prefetch_related/tests.py: generic relations.

@RowName private enum Content {}
@RowName private enum Creator {}
@RowName private enum Tags {}
@RowName private enum FavoriteTags {}
@RowName private enum Object {}

@Suite(.eachDatabase) struct GenericRelationTests {
    private typealias Item = Tagging.TaggedItem

    private enum Tagged: Encodable, Equatable {
        case book(Tagging.Book)
        case reader(Tagging.Reader)
    }

    private enum Commented: Encodable, Equatable {
        case book(Tagging.Book)
        case article(Tagging.Article)
        case country(Tagging.Country)
    }

    @Test func prefetchGFK() async throws {
        let database = try await Tagging.filled()
        let (items, statements) = try await QueryRecorder.record {
            try await Item.objects.order(by: \.id)
                .prefetchRelated(
                    Item.content, as: Content.self, .to(Tagging.Book.objects) { Tagged.book($0) },
                    .to(Tagging.Reader.objects) { Tagged.reader($0) }
                ).all(on: database)
        }
        #expect(
            items.map(\.content) == [
                .book(Tagging.Book(id: 1, title: "Poems")), .reader(Tagging.Reader(id: 1, name: "me")),
                .book(Tagging.Book(id: 2, title: "Emma")), .reader(Tagging.Reader(id: 3, name: "someone")),
            ])
        #expect(items[0].tag == "awesome" && items[0].contentID == 1)
        #expect(statements.map(\.bindings).dropFirst() == [[TestDatabase.keys(1, 2)], [TestDatabase.keys(1, 3)]])
        let json = String(decoding: try JSONEncoder().encode(items[0]), as: UTF8.self)
        #expect(json.contains(#""content":{"book":{"_0":{"#))
    }

    @Test func prefetchesWhatOccursOnly() async throws {
        let database = try await Tagging.filled()
        let books = Item.objects.filter { $0.contentType == "book" }
        let items = try await expectQueries(2) {
            try await books.prefetchRelated(
                Item.content, as: Content.self, .to(Tagging.Book.objects) { Tagged.book($0) },
                .to(Tagging.Reader.objects) { Tagged.reader($0) }
            ).all(on: database)
        }
        #expect(items.count == 2)
        let query = Item.objects.prefetchRelated(Item.content, as: Content.self, .to(Tagging.Book.objects) { $0 })
        let error = await #expect(throws: ORMError.self) { try await query.all(on: database) }
        #expect(error?.code == .invalidQuery)
        #expect(error?.message.contains(#"A TaggedItem has "reader" in "content_type""#) == true)
    }

    @Test func prefetchGFKNonintPk() async throws {
        let database = try await Tagging.empty()
        try await Tagging.Country.objects.create(Tagging.Country(id: .france, name: "France"), on: database)
        try await Tagging.Comment.objects.bulkCreate(
            ["FR", "XX"].map { Tagging.Comment(text: "nice", objectType: "country", objectKey: $0) }, on: database)
        let comments = try await expectQueries(2) {
            try await Tagging.Comment.objects.order(by: \.id)
                .prefetchRelated(Tagging.Comment.object, as: Object.self, .to(Tagging.Country.objects) { $0 })
                .all(on: database)
        }
        // The key of the second is none that the enum has.
        #expect(comments.map { $0.object?.name } == ["France", nil])
    }

    @Test func prefetchGFKUuidPk() async throws {
        let database = try await Tagging.empty()
        let article = try await Tagging.Article.objects.create(Tagging.Article(name: "News"), on: database)
        let book = try await Tagging.Book.objects.create(Tagging.Book(title: "Poems"), on: database)
        try await Tagging.Comment.objects.bulkCreate(
            [
                Tagging.Comment(text: "a", objectType: "article", objectKey: article.id.uuidString.lowercased()),
                Tagging.Comment(text: "b", objectType: "article", objectKey: article.id.uuidString),
                Tagging.Comment(text: "c", objectType: "book", objectKey: "\(book.id)"),
                Tagging.Comment(text: "d", objectType: "book", objectKey: "none"),
            ], on: database)
        let comments = try await expectQueries(3) {
            try await Tagging.Comment.objects.order(by: \.id)
                .prefetchRelated(
                    Tagging.Comment.object, as: Object.self, .to(Tagging.Article.objects) { Commented.article($0) },
                    .to(Tagging.Book.objects) { Commented.book($0) }
                ).all(on: database)
        }
        #expect(comments.map(\.object) == [.article(article), .article(article), .book(book), nil])
        let articles = try await expectQueries(2) {
            try await Tagging.Article.objects
                .prefetchRelated(from: Tagging.Comment.object, as: Tags.self) { $0.order(by: \.id) }.all(on: database)
        }
        #expect(articles.map { $0.tags.map(\.text) } == [["a"]])
    }

    @Test func traverseGFK() async throws {
        let database = try await Tagging.filled()
        let items = try await expectQueries(3) {
            try await Item.objects.filter { $0.contentType == "book" }.order(by: \.id)
                .prefetchRelated(
                    Item.content, as: Content.self,
                    .to(Tagging.Book.objects.prefetchRelated(\.readBy) { $0.order(by: \.id) }) { $0 }
                ).all(on: database)
        }
        #expect(items.map { $0.content?.readBy.map(\.name) } == [["me", "you"], ["someone"]])
    }

    @Test func nullableGFK() async throws {
        let database = try await Tagging.filled()
        try await Item.objects.filter { $0.id == 1 }.update(on: database) {
            [$0.createdByType.set("reader"), $0.createdByID.set(1)]
        }
        let items = try await expectQueries(2) {
            try await Item.objects.order(by: \.id)
                .prefetchRelated(Item.createdBy, as: Creator.self, .to(Tagging.Reader.objects) { $0 }).all(on: database)
        }
        #expect(items.map { $0.creator?.name } == ["me", nil, nil, nil])
    }

    @Test func genericRelation() async throws {
        let database = try await bookmarks()
        let (rows, statements) = try await QueryRecorder.record {
            try await Tagging.Bookmark.objects
                .prefetchRelated(from: Item.content, as: Tags.self) { $0.order(by: \.tag) }.all(on: database)
        }
        #expect(rows.map { $0.tags.map(\.tag) } == [["django", "python"], []])
        let among = TestDatabase.by(sqlite: "IN (SELECT value FROM json_each(?))", postgreSQL: "= ANY(?)")
        #expect(
            statements[1].text.hasSuffix(
                """
                FROM "tagged_item" AS t0 WHERE t0."content_id" \(among) \
                AND t0."content_type" = ? ORDER BY t0."tag"
                """))
        #expect(statements.count == 2)
    }

    @Test func charfieldGFK() async throws {
        let database = try await bookmarks()
        let rows = try await expectQueries(3) {
            try await Tagging.Bookmark.objects.order(by: \.id)
                .prefetchRelated(from: Item.content, as: Tags.self) { $0.order(by: \.id) }
                .prefetchRelated(from: Item.favorite, as: FavoriteTags.self).all(on: database)
        }
        #expect(rows.map { $0.tags.map(\.tag) } == [["django", "python"], []])
        #expect(rows.map { $0.favoriteTags.map(\.tag) } == [["python"], []])
    }

    @Test func customQueryset() async throws {
        let database = try await bookmarks()
        let rows = try await expectQueries(2) {
            try await Tagging.Bookmark.objects.order(by: \.id)
                .prefetchRelated(from: Item.content, as: Tags.self) { $0.filter { $0.tag == "django" } }
                .all(on: database)
        }
        #expect(rows.map { $0.tags.map(\.tag) } == [["django"], []])
        let limited = try await Tagging.Bookmark.objects.order(by: \.id)
            .prefetchRelated(from: Item.content, as: Tags.self) { $0.order(by: \.tag.descending).limit(1) }
            .all(on: database)
        #expect(limited.map { $0.tags.map(\.tag) } == [["python"], []])
    }

    @Test func deletedGFK() async throws {
        let database = try await Tagging.filled()
        try await database.execute("DELETE FROM book WHERE id = 1")
        let items = try await expectQueries(2) {
            try await Item.objects.filter { $0.contentType == "book" }.order(by: \.id)
                .prefetchRelated(Item.content, as: Content.self, .to(Tagging.Book.objects) { $0 }).all(on: database)
        }
        #expect(items.map { $0.content?.title } == [nil, "Emma"])
    }

    @Test func reverseGenericRelation() async throws {
        let database = try await bookmarks()
        let items = try await expectQueries(2) {
            try await Item.objects.order(by: \.id)
                .prefetchRelated(Item.favorite, as: Content.self, .to(Tagging.Bookmark.objects) { $0 })
                .all(on: database)
        }
        #expect(items.map { $0.content?.url } == [nil, "http://www.djangoproject.com/"])
    }

    @Test func genericRel() async throws {
        let database = try await bookmarks()
        let rows = try await expectQueries(4) {
            try await Tagging.Bookmark.objects.filter { $0.id == 1 }
                .prefetchRelated(from: Item.content, as: Tags.self) { tags in
                    tags.order(by: \.id)
                        .prefetchRelated(
                            Item.content, as: Content.self, .to(Tagging.Bookmark.objects) { $0.url })
                }
                .prefetchRelated(from: Item.favorite, as: FavoriteTags.self).all(on: database)
        }
        #expect(rows[0].tags.map(\.content) == Array(repeating: "http://www.djangoproject.com/", count: 2))
    }

    /// Two bookmarks, of which the first has two tags and one favourite.
    private func bookmarks() async throws -> Database {
        let database = try await Tagging.empty()
        let rows = try await Tagging.Bookmark.objects.bulkCreate(
            ["http://www.djangoproject.com/", "http://www.python.org/"].map { Tagging.Bookmark(url: $0) }, on: database)
        try await Item.objects.bulkCreate(
            [
                Item(tag: "django", contentType: "bookmark", contentID: rows[0].id),
                Item(
                    tag: "python", contentType: "bookmark", contentID: rows[0].id, favoriteType: "bookmark",
                    favoriteKey: "\(rows[0].id)"),
            ], on: database)
        return database
    }

    @Test func readsTheColumnOfAForeignKey() async throws {
        let database = try await Billing.filled()
        try await Client.objects.update(on: database) { [$0.country.set("company")] }
        let key = GenericForeignKey<Client, Int>(type: \.country, key: \.company.id)
        let clients = try await Client.objects.selectRelated(\.company)
            .prefetchRelated(key, as: Content.self, .to(Company.objects) { $0.name }).all(on: database)
        #expect(clients.count > 1 && clients.allSatisfy { $0.content == $0.company.name })
        let companies = try await Company.objects.prefetchRelated(from: key, as: Tags.self).all(on: database)
        #expect(companies.flatMap(\.tags).count == clients.count)
        for company in companies { #expect(company.tags.allSatisfy { $0.company.id == company.id }) }
    }

    @Test func refusesColumnsOfARelatedRow() async throws {
        let database = try await Billing.filled()
        let key = GenericForeignKey<Client, Int>(type: \.company.name, key: \.company.id)
        let queries: [() async throws -> Void] = [
            {
                _ = try await Client.objects.prefetchRelated(key, as: Content.self, .to(Company.objects) { $0.name })
                    .all(on: database)
            },
            { _ = try await Company.objects.prefetchRelated(from: key, as: Tags.self).all(on: database) },
        ]
        for query in queries {
            let error = await #expect(throws: ORMError.self) { try await query() }
            #expect(error?.code == .invalidModel && error?.columns == ["name"])
            #expect(error?.message.contains("A generic foreign key of Client") == true)
        }
    }
}
