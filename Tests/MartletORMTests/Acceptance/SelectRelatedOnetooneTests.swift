import Foundation
import MartletORM
import MartletTesting
import Testing

// Django's select_related_onetoone/tests.py.

extension Profiles {
    @Suite(.eachDatabase) struct ReverseSelectRelatedTestCase {
        @Test func basic() async throws {
            let database = try await filled()
            let query = User.objects.selectRelated(\.userprofile)
            let user = try await expectQueries(1) {
                try await query.filter { $0.username == "test" }.get(on: database)
            }
            #expect(user.userprofile?.state == "KS")
            #expect(
                try query.sql().text.hasSuffix(
                    #"FROM "user" AS t0 LEFT JOIN "user_profile" AS t1 ON t1."user_id" = t0."id""#))
        }

        @Test func followNextLevel() async throws {
            let database = try await filled()
            let user = try await expectQueries(1) {
                try await User.objects.selectRelated(\.userstat) { $0.selectRelated(\.results) }
                    .filter { $0.username == "test" }.get(on: database)
            }
            #expect(user.userstat?.posts == 150)
            #expect(user.userstat?.results.results == "first results")
        }

        @Test func followTwo() async throws {
            let database = try await filled()
            let user = try await expectQueries(1) {
                try await User.objects.selectRelated(\.userprofile).selectRelated(\.userstat)
                    .filter { $0.username == "test" }.get(on: database)
            }
            #expect(user.userprofile?.state == "KS")
            #expect(user.userstat?.posts == 150)
        }

        @Test func followTwoNextLevel() async throws {
            let database = try await filled()
            let query = User.objects.selectRelated(\.userstat) {
                $0.selectRelated(\.results).selectRelated(\.statdetails)
            }
            let user = try await expectQueries(1) {
                try await query.filter { $0.username == "test" }.get(on: database)
            }
            #expect(user.userstat?.results.results == "first results")
            #expect(user.userstat?.statdetails?.comments == 259)
            #expect(try query.sql().text.components(separatedBy: "JOIN").count == 4)
        }

        @Test func forwardAndBack() async throws {
            let database = try await filled()
            let stat = try await expectQueries(1) {
                try await UserStat.objects
                    .selectRelated(\.user) { $0.selectRelated(\.userprofile).selectRelated(\.userstat) }
                    .filter { $0.user.username == "test" }.get(on: database)
            }
            #expect(stat.user.userprofile?.state == "KS")
            #expect(stat.user.userstat?.posts == 150)
        }

        @Test func backAndForward() async throws {
            let database = try await filled()
            let user = try await expectQueries(1) {
                try await User.objects.selectRelated(\.userstat).filter { $0.username == "test" }.get(on: database)
            }
            // The way back is the row itself, whose key the related row has.
            #expect(user.userstat?.user.id == user.id)
        }

        @Test func notFollowedByDefault() async throws {
            let database = try await filled()
            let posts = try await expectQueries(2) {
                let user = try await User.objects.filter { $0.username == "test" }.get(on: database)
                return try await user.userstat.load(on: database)?.posts
            }
            #expect(posts == 150)
        }

        @Test func followFromChildClass() async throws {
            let database = try await filled()
            let stat = try await expectQueries(1) {
                try await AdvancedUserStat.objects
                    .selectRelated(\.base) { $0.selectRelated(\.user).selectRelated(\.statdetails) }
                    .get(on: database)
            }
            #expect(stat.base.statdetails?.comments == 250)
            #expect(stat.base.user.username == "bob")
        }

        @Test func followInheritance() async throws {
            let database = try await filled()
            let stat = try await expectQueries(1) {
                try await UserStat.objects.selectRelated(\.user).selectRelated(\.advanceduserstat)
                    .filter { $0.posts == 200 }.get(on: database)
            }
            #expect(stat.advanceduserstat?.karma == 5)
            #expect(stat.posts == 200)
            #expect(try await expectQueries(0) { stat.user.username } == "bob")
        }

        @Test func nullableRelation() async throws {
            let database = try await filled()
            let image = try await Image.objects.create(Image(name: "imag1"), on: database)
            try await Product.objects.bulkCreate(
                [Product(name: "Django Plushie", image: image.reference), Product(name: "Talking Django Plushie")],
                on: database)
            let query = Product.objects.selectRelated(\.image).order(by: \.name)
            let products = try await expectQueries(1) { try await query.all(on: database) }
            #expect(products.map { $0.image?.name } == ["imag1", nil])
            #expect(try query.sql().text.contains(#"LEFT JOIN "image" AS t1 ON t1."id" = t0."image_id""#))
        }

        @Test func missingReverse() async throws {
            let database = try await filled()
            let bob = try await expectQueries(1) {
                try await User.objects.selectRelated(\.userprofile).filter { $0.username == "bob" }.get(on: database)
            }
            // Absence is a value, `nil`, not an error.
            #expect(bob.userprofile == nil)
        }

        @Test func nullableMissingReverse() async throws {
            let database = try await filled()
            try await Image.objects.create(Image(name: "imag1"), on: database)
            let image = try await expectQueries(1) {
                try await Image.objects.selectRelated(\.product).get(on: database)
            }
            #expect(image.product == nil)
        }

        @Test func selfRelation() async throws {
            let database = try await filled()
            let first = try await LinkedList.objects.create(LinkedList(name: "item1"), on: database)
            try await LinkedList.objects.create(
                LinkedList(name: "item2", previousItem: first.reference), on: database)
            let row = try await expectQueries(1) {
                try await LinkedList.objects.selectRelated(\.nextItem).filter { $0.name == "item1" }.get(on: database)
            }
            #expect(row.nextItem?.name == "item2")
        }
    }
}
