import MartletORM
import MartletTesting
import Testing

// The part of Django's select_related_onetoone/tests.py with tables that inherit from others.

extension Profiles.ReverseSelectRelatedTestCase {
    private typealias Parent1 = Profiles.Parent1
    private typealias Parent2 = Profiles.Parent2

    @Test func parentOnly() async throws {
        let database = try await Profiles.filled()
        let parent = try await expectQueries(1) {
            try await Parent1.objects.selectRelated(\.child1).filter { $0.name1 == "Only Parent1" }.get(on: database)
        }
        #expect(try await expectQueries(0) { parent.child1 } == nil)
    }

    @Test func multipleSubclass() async throws {
        let database = try await Profiles.filled()
        let parent = try await expectQueries(1) {
            try await Parent1.objects.selectRelated(\.child1) { $0.selectRelated(\.parent2) }
                .filter { $0.name1 == "Child1 Parent1" }.get(on: database)
        }
        #expect(parent.child1?.parent2.name2 == "Child1 Parent2")
    }

    @Test func onetooneWithSubclass() async throws {
        let database = try await Profiles.filled()
        let parent = try await expectQueries(1) {
            try await Parent2.objects.selectRelated(\.child2) { $0.selectRelated(\.parent1) }
                .filter { $0.name2 == "Child2 Parent2" }.get(on: database)
        }
        #expect(parent.child2?.parent1.name1 == "Child2 Parent1")
    }

    @Test func onetooneWithTwoSubclasses() async throws {
        let database = try await Profiles.filled()
        let query = Parent2.objects.selectRelated(\.child2) {
            $0.selectRelated(\.parent1).selectRelated(\.child3)
        }.filter { $0.name2 == "Child2 Parent2" }
        let without = try await expectQueries(1) { try await query.get(on: database) }
        #expect(without.child2?.parent1.name1 == "Child2 Parent1")
        #expect(without.child2?.child3 == nil)
        try await Profiles.Child3.objects.create(Profiles.Child3(child2: 1, value3: 3), on: database)
        let with = try await expectQueries(1) { try await query.get(on: database) }
        #expect(with.child2?.value == 2)
        #expect(with.child2?.child3?.value3 == 3)
    }

    @Test func multiinheritanceTwoSubclasses() async throws {
        let database = try await Profiles.filled()
        let fromFirst = Parent1.objects.selectRelated(\.child1) {
            $0.selectRelated(\.parent2).selectRelated(\.child4)
        }.filter { $0.name1 == "Child1 Parent1" }
        let without = try await expectQueries(1) { try await fromFirst.get(on: database) }
        #expect(without.child1?.parent2.name2 == "Child1 Parent2")
        #expect(without.child1?.child4 == nil)
        try await Profiles.Child4.objects.create(Profiles.Child4(child1: 1, value4: 4), on: database)
        let fromSecond = Parent2.objects.selectRelated(\.child1) {
            $0.selectRelated(\.parent1).selectRelated(\.child4)
        }.filter { $0.name2 == "Child1 Parent2" }
        let with = try await expectQueries(1) { try await fromSecond.get(on: database) }
        #expect(with.child1?.parent1.name1 == "Child1 Parent1")
        #expect(with.child1?.value == 1)
        #expect(with.child1?.child4?.value4 == 4)
    }
}
