import Foundation
import MartletORM
import MartletTesting
import Testing

/// Foreign keys to other columns than primary keys.
extension Exchange {
    @Suite(.eachDatabase) struct KeyedReferenceTests {
        private let prices = Price.objects.order(by: \.id)
        private let currencies = Currency.objects.order(by: \.id)

        @Test func tellsTheDatabaseOfTheColumn() throws {
            for dialect in Dialect.allCases {
                let sql = migration.sql(for: dialect)
                let price = try #require(sql.first { $0.hasPrefix(#"CREATE TABLE "price""#) })
                let text = dialect == .sqlite ? "TEXT" : "text"
                #expect(
                    price.contains(
                        #""currency_id" \#(text) NOT NULL REFERENCES "currency" ("code") ON DELETE CASCADE"#))
                let number = dialect == .sqlite ? "INTEGER" : "bigint"
                #expect(price.contains(#""former_id" \#(number) REFERENCES "currency" ("number") ON DELETE SET NULL"#))
            }
        }

        @Test func refersToItsOwnTableOnceTheColumnIsUnique() throws {
            let parent = #"REFERENCES "topic" ("slug") ON DELETE CASCADE"#
            let sqlite = migration.sql(for: .sqlite)
            #expect(sqlite.contains { $0.hasPrefix(#"CREATE TABLE "topic""#) && $0.contains(parent) })
            let sql = migration.sql(for: .postgreSQL)
            #expect(!sql.contains { $0.hasPrefix(#"CREATE TABLE "topic""#) && $0.contains(parent) })
            #expect(sql.last == #"ALTER TABLE "topic" ADD FOREIGN KEY ("parent_id") \#(parent)"#)
        }

        @Test func loadsTheRowByAJoin() async throws {
            let database = try await filled()
            let query = prices.selectRelated(\.currency).selectRelated(\.former)
            let rows = try await expectQueries(1) { try await query.all(on: database) }
            #expect(rows.map(\.currency.name) == ["Euro", "Euro", "Franken"])
            #expect(rows.map { $0.former?.name } == ["Mark", nil, nil])
            #expect(rows.map(\.root.currency.key) == ["EUR", "EUR", "CHF"])
            let text = try query.sql().text
            #expect(text.contains(#"JOIN "currency" AS t1 ON t1."code" = t0."currency_id""#))
            #expect(text.contains(#"LEFT JOIN "currency" AS t2 ON t2."number" = t0."former_id""#))
        }

        @Test func loadsTheRowByAPrefetch() async throws {
            let database = try await filled()
            let (rows, statements) = try await QueryRecorder.record {
                try await prices.prefetchRelated(\.currency).prefetchRelated(\.former).all(on: database)
            }
            #expect(rows.map(\.currency.name) == ["Euro", "Euro", "Franken"])
            #expect(rows.map { $0.former?.name } == ["Mark", nil, nil])
            #expect(
                statements.dropFirst().map(\.bindings) == [[TestDatabase.keys("EUR", "CHF")], [TestDatabase.keys(276)]])
        }

        @Test func loadsTheRowOfOneReference() async throws {
            let database = try await filled()
            let price = try await Price.objects.get(1, on: database)
            #expect(try await price.currency.load(on: database).name == "Euro")
            #expect(try await price.former?.load(on: database).name == "Mark")
            let error = await #expect(throws: ORMError.self) {
                try await KeyedReference<Currency.CodeKey>(key: "ZZZ").load(on: database)
            }
            #expect(error?.code == .doesNotExist && error?.columns == ["code"])
            #expect(error?.message.contains(#"There is no Currency with code "ZZZ""#) == true)
        }

        @Test func loadsTheRowsThatRefer() async throws {
            let database = try await filled()
            let rows = try await expectQueries(4) {
                try await currencies.prefetchRelated(\.prices) { $0.order(by: \.id) }.prefetchRelated(\.formerPrices)
                    .prefetchRelated(\.mint).all(on: database)
            }
            #expect(rows.map { $0.prices.map(\.amount) } == [[], [10, 20], [30]])
            #expect(rows.map { $0.formerPrices.map(\.amount) } == [[10], [], []])
            #expect(rows.map { $0.mint?.town } == [nil, nil, "Bern"])
            let joined = try await currencies.selectRelated(\.mint).all(on: database)
            #expect(joined.map { $0.mint?.town } == [nil, nil, "Bern"])
            let (mark, franken) = (rows[0].root, rows[2].root)
            #expect(try await mark.formerPrices.objects.all(on: database).map(\.amount) == [10])
            #expect(try await franken.prices.objects.count(on: database) == 1)
            #expect(try await franken.mint.load(on: database)?.town == "Bern")
            #expect(try await mark.mint.load(on: database) == nil)
        }

        @Test func loadsTheRowsThatReferByTheFiltersJoin() async throws {
            let database = try await filled()
            try await Label.objects.create(Label(topic: "tools", price: 3), on: database)
            let rows = try await expectQueries(1) {
                try await currencies.filterRelated(\.prices) { $0.filter { $0.amount > 10 }.order(by: \.id) }.all(
                    on: database)
            }
            #expect(rows.map(\.code) == ["EUR", "CHF"] && rows.map { $0.prices.map(\.amount) } == [[20], [30]])
            let topics = try await expectQueries(1) {
                try await Topic.objects.filterRelated(\.prices).all(on: database)
            }
            #expect(topics.map(\.slug) == ["tools"] && topics[0].prices.map(\.amount) == [30])
        }

        @Test func refersToAColumnThatMayBeNull() async throws {
            let database = try await TestDatabase.migrated([migration])
            let (visits, everybody) = (Visit.objects.order(by: \.day), Member.objects.order(by: \.name))
            try await Member.objects.bulkCreate(
                [
                    Member(name: "Ada", badge: "A"), Member(name: "Bob", badge: "B"), Member(name: "Cy"),
                    Member(name: "Di"),
                ], on: database)
            try await Visit.objects.bulkCreate(
                [Visit(day: 1, member: "A", guest: "B"), Visit(day: 2, member: "A"), Visit(day: 3, member: "B")],
                on: database)
            let joined = try await visits.selectRelated(\.member).selectRelated(\.guest).all(on: database)
            #expect(joined.map(\.member.name) == ["Ada", "Ada", "Bob"])
            #expect(joined.map { $0.guest?.name } == ["Bob", nil, nil])
            let members = try await everybody.prefetchRelated(\.visits) { $0.order(by: \.day) }.all(on: database)
            #expect(members.map { $0.visits.map(\.day) } == [[1, 2], [3], [], []])
            let rows = members.map(\.root)
            let attached = try joined.map(\.root).attaching(\.member, rows).attaching(\.guest, rows)
            #expect(attached.map(\.member.name) == ["Ada", "Ada", "Bob"])
            #expect(attached.map { $0.guest?.name } == ["Bob", nil, nil])
            let without = everybody.filter { !$0.visits.exists { $0.day > 0 } }
            #expect(try await without.all(on: database).map(\.name) == ["Cy", "Di"])
            #expect(try await visits.filter { $0.member.badge != "A" }.all(on: database).map(\.day) == [3])
            #expect(joined[0].root.member == KeyedReference(rows[0]))
            #expect(try await joined[0].root.guest?.load(on: database).name == "Bob")

            #expect(KeyedReference<Member.BadgeKey>(rows[2]) == nil)
            #expect(try await rows[2].visits.objects.count(on: database) == 0)
            let error = await #expect(throws: ORMError.self) {
                try await rows[2].visits.set([joined[0].root], on: database)
            }
            #expect(error?.code == .invalidQuery && error?.columns == ["badge"])
            #expect(error?.message.contains(#"Member 3 has NULL in "badge""#) == true)
            try await rows[1].visits.add([joined[0].root], on: database)
            #expect(try await visits.all(on: database).map(\.member.key) == ["B", "A", "B"])
        }

        @Test func countsTheRowsThatRefer() async throws {
            let database = try await filled()
            let dear = currencies.filter { $0.prices.exists { $0.amount > 15 } && $0.prices.count > 1 }
            #expect(try await dear.all(on: database).map(\.code) == ["EUR"])
            let sums = try await currencies.values(on: database) { ($0.code, $0.prices.aggregate { $0.amount.sum }) }
            #expect(sums.map(\.1) == [0, 30, 30])
            let shared = prices.filter { $0.currency.prices.count > 1 }
            #expect(try await shared.all(on: database).map(\.amount) == [10, 20])
            #expect(!(try shared.sql().text.contains("JOIN")))
        }

        @Test func readsTheColumnItRefersToWithoutAJoin() async throws {
            let database = try await filled()
            let byKey = prices.filter { $0.currency.code == "CHF" || $0.former.isNotNull }
            #expect(!(try byKey.sql().text.contains("JOIN")))
            #expect(try await byKey.all(on: database).map(\.amount) == [10, 30])
            // The primary key is another column, which the foreign key does not tell.
            let byID = prices.filter { $0.currency.id == 2 }
            #expect(try byID.sql().text.contains(#"t1."id" = ?"#))
            #expect(try await byID.all(on: database).map(\.amount) == [10, 20])
            #expect(try await prices.filter { $0.former.id.isNull }.all(on: database).map(\.amount) == [20, 30])
        }

        @Test func joinsUnderACondition() async throws {
            let database = try await filled()
            let rows =
                try await prices
                .selectRelated(\.currency, as: EuroPrice.self, on: { $0.code == "EUR" }).all(on: database)
            #expect(rows.map { $0.euroPrice?.name } == ["Euro", "Euro", nil])
        }

        @Test func attachesRowsInHand() async throws {
            let database = try await filled()
            let rows = try await prices.all(on: database)
            let all = try await currencies.all(on: database)
            let attached = try await expectQueries(0) { try rows.attaching(\.currency, all).attaching(\.former, all) }
            #expect(attached.map(\.currency.name) == ["Euro", "Euro", "Franken"])
            #expect(attached.map { $0.former?.name } == ["Mark", nil, nil])
            #expect(throws: ORMError.self) { try rows.attaching(\.currency, [all[0]]) }
        }

        @Test func pointsAtAnotherRow() async throws {
            let database = try await filled()
            let mark = try await Currency.objects.get(1, on: database)
            try await Price.objects.filter { $0.id == 3 }.update(on: database) {
                [$0.currency.set(KeyedReference<Currency.CodeKey>(mark)), $0.former.number.set(756)]
            }
            #expect(try await Price.objects.get(3, on: database).currency == "DEM")
            // By another column than the foreign key's: the database finds the value.
            try await Price.objects.filter { $0.id == 3 }.update(on: database) {
                [$0.currency.set(Reference(id: 3)), $0.former.set(mark.reference)]
            }
            let price = try await Price.objects.get(3, on: database)
            #expect(price.currency == "CHF" && price.former == 276)
            try await Price.objects.filter { $0.id == 3 }.update(on: database) {
                [$0.currency.code.set("EUR"), $0.former.set(nil)]
            }
            #expect(try await prices.filter { $0.former.isNull && $0.currency.code == "EUR" }.count(on: database) == 2)
            try await Price.objects.bulkUpdate(
                [Price(id: 3, amount: 30, currency: "DEM")], \.currency.code, on: database)
            #expect(try await Price.objects.get(3, on: database).currency.key == "DEM")
        }

        @Test func updatesNoColumnOfARelatedRow() async throws {
            let database = try await filled()
            let byID = await #expect(throws: ORMError.self) {
                try await Price.objects.update(on: database) { [$0.currency.id.set(9)] }
            }
            #expect(byID?.code == .invalidQuery)
            #expect(byID?.message.contains(#""id" is not a column or foreign key of the rows"#) == true)
            let inBulk = await #expect(throws: ORMError.self) {
                try await Price.objects.bulkUpdate(prices.all(on: database), \.currency.id, on: database)
            }
            #expect(inBulk?.code == .invalidQuery && inBulk?.columns == ["id"])
            let reverse = await #expect(throws: ORMError.self) {
                try await Currency.objects.update(on: database) { [$0.mint.set(Reference(id: 1))] }
            }
            #expect(reverse?.code == .invalidQuery && reverse?.columns == ["mint"])
        }

        @Test func relatesAndEndsRelations() async throws {
            let database = try await filled()
            let (all, rows) = (try await currencies.all(on: database), try await prices.all(on: database))
            try await all[0].prices.add([rows[0], rows[2]], on: database)
            #expect(try await prices.all(on: database).map(\.currency.key) == ["DEM", "EUR", "DEM"])
            try await all[0].formerPrices.set([rows[1]], on: database)
            #expect(try await prices.all(on: database).map(\.former?.key) == [nil, 276, nil])
            let topics = try await Topic.objects.order(by: \.id).all(on: database)
            try await topics[1].prices.add([rows[0], rows[1], rows[0]], on: database)
            try await rows[2].labels.add([topics[0], topics[1]], on: database)
            try await rows[2].labels.add([topics[1]], on: database)
            #expect(try await labels(database) == ["fruit 1", "fruit 2", "food 3", "fruit 3"])
            try await rows[2].labels.set([topics[1], topics[3]], on: database)
            #expect(try await labels(database) == ["fruit 1", "fruit 2", "fruit 3", "tools 3"])
            try await rows[2].labels.remove([topics[3]], on: database)
            try await topics[1].prices.remove([rows[0]], on: database)
            #expect(try await labels(database) == ["fruit 2", "fruit 3"])
        }

        private func labels(_ database: Database) async throws -> [String] {
            try await Label.objects.order(by: \.price.id, \.topic.slug).all(on: database)
                .map { "\($0.topic.key) \($0.price.id)" }
        }

        @Test func loadsTrees() async throws {
            let database = try await filled()
            let topics = Topic.objects.order(by: \.id)
            let down = try await expectQueries(2) {
                try await topics.filter { $0.parent.isNull }.prefetchTree(\.children).all(on: database)
            }
            #expect(down.map(\.slug) == ["food", "tools"])
            #expect(down[0].children[0].children.map(\.slug) == ["apples"] && down[1].children.isEmpty)
            let up = try await topics.filter { $0.slug == "apples" }.prefetchTree(\.parent).all(on: database)
            #expect(up[0].parent?.parent?.slug == "food" && up[0].parent?.parent?.parent == nil)
        }

        @Test func followsWhatTheDatabaseDoesWithTheRow() async throws {
            let database = try await filled()
            let error = await #expect(throws: ORMError.self) {
                try await Currency.objects.filter { $0.code == "EUR" }.update(on: database) { [$0.code.set("XEU")] }
            }
            #expect(error?.code == .foreignKeyViolation)
            try await Currency.objects.filter { $0.code == "DEM" }.delete(on: database)
            #expect(try await prices.all(on: database).map(\.former) == [nil, nil, nil])
            try await Currency.objects.filter { $0.code == "EUR" }.delete(on: database)
            #expect(try await prices.all(on: database).map(\.amount) == [30])
            let refused = await #expect(throws: ORMError.self) {
                try await Price.objects.create(Price(amount: 1, currency: "EUR"), on: database)
            }
            #expect(refused?.code == .foreignKeyViolation)
        }

        @Test func wantsTheForeignKeysOfAModelBetweenNamed() async throws {
            let database = try await filled()
            let through = await #expect(throws: ORMError.self) {
                try await Topic.objects.prefetchRelated(\.labels).all(on: database)
            }
            #expect(through?.code == .invalidModel && through?.columns == ["topic_id"])
            #expect(through?.message.contains("topic_id of Label refers to Topic by slug") == true)
            #expect(through?.message.contains(#"@ManyToMany(from: \Label.one, to: \Label.other)"#) == true)
            // Here the foreign key to this side is one to a primary key, and the other may be any.
            try await Label.objects.create(Label(topic: "tools", price: 1), on: database)
            let rows = try await prices.prefetchRelated(\.topics).all(on: database)
            #expect(rows.map { $0.topics.map(\.slug) } == [["tools"], [], []])
        }

        @Test func followsAnInverseByPrimaryKeysOnly() async throws {
            let database = try await TestDatabase.migrated([
                Migration("0001", creating: [Sign.self, Mark.self, MarkSign.self])
            ])
            try await Sign.objects.create(Sign(code: "!"), on: database)
            let mark = try await Mark.objects.create(Mark(), on: database)
            try await mark.signs.add([Sign(id: 1, code: "!")], on: database)
            #expect(try await mark.signs.objects.all(on: database).map(\.code) == ["!"])
            let inverse = await #expect(throws: ORMError.self) {
                try await Sign.objects.prefetchRelated(\.marks).all(on: database)
            }
            #expect(inverse?.code == .invalidModel && inverse?.columns == ["sign_id"])
            #expect(inverse?.message.contains("mark_sign.sign_id refers to it by code") == true)
        }

        @Test func isEncodedAsTheKeyAlone() async throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            let price = Price(id: 1, amount: 5, currency: "EUR", former: 276)
            let json = String(decoding: try encoder.encode(price), as: UTF8.self)
            #expect(json == #"{"amount":5,"currency":"EUR","former":276,"id":1}"#)
            let currency = Currency(id: 1, code: "EUR", number: 978, name: "Euro")
            #expect(
                KeyedReference(currency) == price.currency && KeyedReference<Currency.NumberKey>(currency).key == 978)
        }
    }
}

@RowName private enum EuroPrice {}

@Model("sign")
private struct Sign {
    var id: Int
    @Unique var code: String
    @ManyToMany(inverse: \Mark.signs) var marks: Many<Mark>
}

@Model("mark")
private struct Mark {
    var id: Int
    @ManyToMany(from: \MarkSign.mark, to: \MarkSign.sign) var signs: Many<Sign>
}

@Model("mark_sign")
private struct MarkSign {
    var id: Int
    @ForeignKey var mark: Reference<Mark>
    @ForeignKey var sign: KeyedReference<Sign.CodeKey>
}
