import MartletORM
import MartletTesting
import Testing

// Django's prefetch_related/tests.py, CustomPrefetchTests and those of employees.

@RowName enum OddHouses {}
@RowName enum Owner {}
@RowName enum Kitchens {}

extension Houses {
    @Suite(.eachDatabase) struct CustomPrefetchTests {
        private let people = Person.objects.order(by: \.id)
        private let houses = House.objects.order(by: \.id)

        @Test func m2m() async throws {
            let database = try await filled()
            let rows = try await expectQueries(2) {
                try await people.prefetchRelated(\.houses) { $0.order(by: \.id) }.all(on: database)
            }
            #expect(rows.map { $0.houses.map(\.id) } == [[1, 2], [3, 4]])
            let named = try await expectQueries(2) {
                try await people.prefetchRelated(\.houses, as: OddHouses.self) { $0.order(by: \.id) }.all(on: database)
            }
            #expect(named.map(\.oddHouses) == rows.map(\.houses))
        }

        @Test func reverseM2m() async throws {
            let database = try await filled()
            let rows = try await expectQueries(2) {
                try await houses.prefetchRelated(\.occupants).all(on: database)
            }
            #expect(rows.map { $0.occupants.map(\.name) } == [["Joe"], ["Joe"], ["Mary"], ["Mary"]])
        }

        @Test func m2mThroughFk() async throws {
            let database = try await filled()
            let rows = try await expectQueries(3) {
                try await Room.objects.order(by: \.id).prefetchRelated(\.house) { $0.prefetchRelated(\.occupants) }
                    .all(on: database)
            }
            #expect(rows.count == 12)
            #expect(rows[0].house.occupants.map(\.name) == ["Joe"])
            #expect(rows[11].house.occupants.map(\.name) == ["Mary"])
        }

        @Test func o2mThroughM2m() async throws {
            let database = try await filled()
            let rows = try await expectQueries(3) {
                try await people.prefetchRelated(\.houses) { $0.order(by: \.id).prefetchRelated(\.rooms) }
                    .all(on: database)
            }
            #expect(rows.map { $0.houses.map(\.rooms.count) } == [[3, 3], [3, 3]])
        }

        @Test func ambiguous() async throws {
            let database = try await filled()
            // One relation twice needs a name for the second; without it both would be one property.
            let rows = try await expectQueries(4) {
                try await people.prefetchRelated(\.houses) { $0.order(by: \.id).prefetchRelated(\.rooms) }
                    .prefetchRelated(\.houses, as: OddHouses.self) { $0.filter { $0.id.modulo(2) == 1 } }
                    .all(on: database)
            }
            #expect(rows.map { $0.houses.map(\.rooms.count) } == [[3, 3], [3, 3]])
            #expect(rows.map { $0.oddHouses.map(\.id) } == [[1], [3]])
        }

        @Test func customQs() async throws {
            let database = try await filled()
            // A join within the prefetch saves a statement.
            let joined = try await expectQueries(2) {
                try await people.prefetchRelated(\.houses) { $0.order(by: \.id).selectRelated(\.owner) }.all(
                    on: database)
            }
            #expect(joined.map { $0.houses.map { $0.owner?.name } } == [["Joe", "Joe"], [nil, nil]])
            let apart = try await expectQueries(3) {
                try await people.prefetchRelated(\.houses) { $0.order(by: \.id).prefetchRelated(\.owner) }
                    .all(on: database)
            }
            #expect(apart.map { $0.houses.map { $0.owner?.name } } == joined.map { $0.houses.map { $0.owner?.name } })
            // The filter of a prefetch is that of its rows.
            let filtered = try await expectQueries(2) {
                try await people.prefetchRelated(\.houses) { $0.filter { $0.id.in([1, 3]) } }.all(on: database)
            }
            #expect(filtered.map { $0.houses.map(\.id) } == [[1], [3]])
            // A foreign key whose row is left out is nil under another name.
            let named = try await expectQueries(2) {
                try await houses.prefetchRelated(\.owner, as: Owner.self) { $0.filter { $0.name == "Nobody" } }
                    .all(on: database)
            }
            #expect(named.allSatisfy { $0.owner == nil } && named[0].root.owner?.id == 1)
            // The other side of a one-to-one relation, the same.
            let rooms = try await expectQueries(2) {
                try await Room.objects.order(by: \.id).prefetchRelated(\.mainRoomOf) { $0.filter { $0.id < 3 } }
                    .all(on: database)
            }
            #expect(rooms.compactMap { $0.mainRoomOf?.id } == [1, 2])
        }

        @Test func nestedPrefetchRelatedAreNotOverwritten() async throws {
            let database = try await filled()
            let query = people.prefetchRelated(\.houses) {
                $0.order(by: \.id).prefetchRelated(\.occupants) {
                    $0.prefetchRelated(\.houses) { $0.order(by: \.id).prefetchRelated(\.rooms) }
                }
            }
            for _ in 0..<2 {
                let rows = try await expectQueries(5) { try await query.all(on: database) }
                #expect(rows[1].houses[0].occupants[0].houses[1].rooms.map(\.name).contains("Lounge"))
            }
        }

        @Test func nestedPrefetchRelatedWithDuplicatePrefetcher() async throws {
            let database = try await filled()
            let rows = try await expectQueries(5) {
                try await people.prefetchRelated(\.houses) { house in
                    house.order(by: \.id).prefetchRelated(\.rooms) { $0.prefetchRelated(\.mainRoomOf) }
                        .prefetchRelated(\.rooms, as: Kitchens.self) { $0.filter { $0.name == "Kitchen" } }
                }.all(on: database)
            }
            #expect(rows[0].houses[0].rooms.compactMap { $0.mainRoomOf?.id } == [1])
            #expect(rows[0].houses[0].kitchens.map(\.name) == ["Kitchen"])
        }

        @Test func traverseNullable() async throws {
            let database = try await filled()
            let rows = try await expectQueries(2) {
                try await Employee.objects.order(by: \.id)
                    .selectRelated(\.boss) { $0.prefetchRelated(\.serfs) { $0.order(by: \.id) } }.all(on: database)
            }
            #expect(rows.map { $0.boss?.serfs.map(\.name) } == [nil, ["Joe", "Angela"], ["Joe", "Angela"]])
        }

        @Test func prefetchNullable() async throws {
            let database = try await filled()
            let rows = try await expectQueries(3) {
                try await Employee.objects.order(by: \.id)
                    .prefetchRelated(\.boss) { $0.prefetchRelated(\.serfs) { $0.order(by: \.id) } }.all(on: database)
            }
            #expect(rows.map { $0.boss?.serfs.map(\.name) } == [nil, ["Joe", "Angela"], ["Joe", "Angela"]])
        }

        @Test func inBulk() async throws {
            let database = try await filled()
            let rows = try await expectQueries(2) {
                try await Employee.objects.prefetchRelated(\.serfs).inBulk([1, 2], on: database)
            }
            #expect(rows.mapValues(\.serfs.count) == [1: 2, 2: 0])
        }

        @Test func nestedPrefetchIsNotOverwrittenByRelatedObject() async throws {
            let database = try await filled()
            let rows = try await expectQueries(3) {
                try await houses.prefetchRelated(\.rooms) { $0.order(by: \.id).prefetchRelated(\.house) }
                    .all(on: database)
            }
            #expect(rows[1].rooms.map(\.house.address) == ["street", "street", "street"])
        }

        @Test func prefetchReverseForeignKey() async throws {
            let database = try await filled()
            let rows = try await expectQueries(2) { try await houses.prefetchRelated(\.rooms).all(on: database) }
            // What is loaded is a value of the row: reading it again, or loading more, asks for nothing of it.
            try await expectQueries(1) {
                let more = try await rows.prefetchRelated(\.occupants, on: database)
                #expect(more[0].rooms.count == 3 && more[0].occupants.map(\.name) == ["Joe"])
            }
        }

        @Test func addClearsPrefetchedObjects() async throws {
            let database = try await filled()
            let row = try await people.prefetchRelated(\.houses) { $0.order(by: \.id) }.get(1, on: database)
            let third = try await House.objects.get(3, on: database)
            try await row.root.houses.add([third], on: database)
            // The row stays what was read; the relation is asked anew.
            #expect(row.houses.map(\.id) == [1, 2])
            #expect(try await row.root.houses.objects.order(by: \.id).all(on: database).map(\.id) == [1, 2, 3])
        }

        @Test func removeClearsPrefetchedObjects() async throws {
            let database = try await filled()
            let row = try await people.prefetchRelated(\.houses).get(1, on: database)
            try await row.root.houses.remove(row.houses, on: database)
            #expect(try await row.root.houses.objects.all(on: database).isEmpty)
        }
    }
}
