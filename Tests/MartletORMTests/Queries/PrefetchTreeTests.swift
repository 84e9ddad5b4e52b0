import Foundation
import MartletORM
import MartletTesting
import Testing

@Suite(.eachDatabase) struct PrefetchTreeTests {
    @Test func loadsAllLevelsByOneStatement() async throws {
        let database = try await Places.filled()
        let (roots, statements) = try await QueryRecorder.record {
            try await Places.Place.objects.filter { $0.within.isNull }.order(by: \.id)
                .prefetchTree(\.parts) { $0.order(by: \.name) }.all(on: database)
        }
        #expect(roots.map(\.name) == ["Europe", "Asia"])
        #expect(roots[0].parts.map(\.name) == ["France", "Germany"])
        #expect(roots[0].parts[1].parts.map(\.name) == ["Berlin", "Hamburg"])
        #expect(roots[0].parts[1].parts[0].parts.map(\.name) == ["Mitte"])
        #expect(roots[0].parts[0].parts.isEmpty && roots[1].parts.isEmpty)
        let keys = TestDatabase.by(
            sqlite: "SELECT value FROM json_each(?)", postgreSQL: "SELECT unnest(CAST(? AS bigint[]))")
        #expect(
            statements.map(\.text).last == """
                WITH RECURSIVE martlet_tree (key) AS (\(keys) UNION SELECT n0."id" FROM "place" AS n0 \
                JOIN martlet_tree ON martlet_tree.key = n0."within_id") SELECT t0."within_id", t0."id", t0."name", \
                t0."within_id" FROM "place" AS t0 WHERE t0."within_id" IN (SELECT key FROM martlet_tree) ORDER BY t0."name"
                """)
        #expect(statements.count == 2)
    }

    @Test func loadsSoManyLevels() async throws {
        let database = try await Places.filled()
        let query = Places.Place.objects.order(by: \.id).filter { $0.within.isNull }
        let two = try await query.prefetchTree(\.parts, depth: 2) { $0.order(by: \.name) }.all(on: database)
        #expect(two[0].parts[1].parts.map(\.name) == ["Berlin", "Hamburg"])
        #expect(two[0].parts[1].parts[0].parts.isEmpty)
        let (one, statements) = try await QueryRecorder.record {
            try await query.prefetchTree(\.parts, depth: 1) { $0.order(by: \.name) }.all(on: database)
        }
        #expect(one[0].parts.map(\.name) == ["France", "Germany"] && one[0].parts[1].parts.isEmpty)
        #expect(statements[1].rows == 2)
        for depth in [0, -1, 1001] {
            let error = await #expect(throws: ORMError.self) {
                try await query.prefetchTree(\.parts, depth: depth).all(on: database)
            }
            #expect(error?.message.contains("depth: \(depth)) is out of range: give 1 to 1000") == true)
        }
    }

    @Test func loadsWhatIsAbove() async throws {
        let database = try await Places.filled()
        let rows = try await expectQueries(2) {
            try await Places.Place.objects.filter { $0.name.in(["Mitte", "Hamburg", "Asia"]) }.order(by: \.name)
                .prefetchTree(\.within).all(on: database)
        }
        #expect(rows.map(\.name) == ["Asia", "Hamburg", "Mitte"])
        #expect(rows[0].within == nil)
        #expect(rows[1].within?.within?.name == "Europe" && rows[1].within?.within?.within == nil)
        #expect(rows[2].within?.within?.within?.name == "Europe")
        let near = try await Places.Place.objects.filter { $0.name == "Mitte" }.prefetchTree(\.within, depth: 1)
            .all(on: database)
        #expect(near[0].within?.name == "Berlin" && near[0].within?.within == nil)
    }

    @Test func loadsMoreForEveryRowOfATree() async throws {
        let database = try await Places.filled()
        let rows = try await expectQueries(3) {
            try await Places.Place.objects.filter { $0.name == "Europe" }
                .prefetchTree(\.parts) { parts in
                    parts.filter { $0.name != "Germany" || $0.id > 0 }.order(by: \.name)
                        .prefetchRelated(\.mayors) { $0.order(by: \.name) }
                }.all(on: database)
        }
        #expect(rows[0].parts[1].parts.map { $0.mayors.map(\.name) } == [["Kai"], ["Peter"]])
        let without = try await Places.Place.objects.filter { $0.name == "Europe" }
            .prefetchTree(\.parts) { $0.filter { $0.name != "Germany" && $0.within.name != "x" }.order(by: \.name) }
            .all(on: database)
        #expect(without[0].parts.map(\.name) == ["France"])
    }

    @Test func endsInACircle() async throws {
        let database = try await Places.empty()
        try await Places.Place.objects.bulkCreate(["a", "b", "c", "d"].map { Places.Place(name: $0) }, on: database)
        // a → b → c → a, and d below c.
        for (below, above) in [(2, 1), (3, 2), (1, 3), (4, 3)] {
            try await database.execute("UPDATE place SET within_id = \(above) WHERE id = \(below)")
        }
        let down = try await Places.Place.objects.filter { $0.name == "a" }.prefetchTree(\.parts) {
            $0.order(by: \.name)
        }
        .all(on: database)
        #expect(down[0].parts.map(\.name) == ["b"] && down[0].parts[0].parts.map(\.name) == ["c"])
        #expect(down[0].parts[0].parts[0].parts.map(\.name) == ["d"])
        let limited = try await Places.Place.objects.filter { $0.name == "a" }.prefetchTree(\.parts, depth: 50)
            .all(on: database)
        #expect(limited[0].parts[0].parts[0].parts.map(\.name) == ["d"])
        let up = try await Places.Place.objects.filter { $0.name == "d" }.prefetchTree(\.within).all(on: database)
        #expect(up[0].within?.within?.within?.name == "a" && up[0].within?.within?.within?.within == nil)
    }

    @Test func loadsTreesThatArePartsOfEachOther() async throws {
        let database = try await Places.empty()
        try await Places.Place.objects.bulkCreate((0..<1000).map { Places.Place(name: "\($0)") }, on: database)
        try await database.execute("UPDATE place SET within_id = id - 1 WHERE id > 1")
        let rows = try await Places.Place.objects.order(by: \.id).prefetchTree(\.parts).all(on: database)
        #expect(rows.count == 1000)
        #expect(rows[990].parts[0].parts[0].parts[0].name == "993")
        try await Places.Place.objects.bulkCreate(
            (0..<2).map { Places.Place(name: "\($0)", within: Reference(id: 1000 + $0)) }, on: database)
        let deep = Places.Place.objects.filter { $0.id == 1 }
        let error = await #expect(throws: ORMError.self) { try await deep.prefetchTree(\.parts).all(on: database) }
        #expect(error?.message.contains("found more than 1000 levels of Place") == true)
        #expect(try await deep.prefetchTree(\.parts, depth: 1000).all(on: database).count == 1)
    }

    @Test func refusesWhatHasNoMeaning() async throws {
        let database = try await Places.filled()
        let error = await #expect(throws: ORMError.self) {
            try await Places.Place.objects.prefetchTree(\.parts) { $0.limit(3) }.all(on: database)
        }
        #expect(error?.message.contains("prefetchTree(…, depth: 3)") == true)
    }

    @Test func encodesATree() async throws {
        let database = try await Places.filled()
        let rows: [Places.Place.WithTree<Places.Place.PartsRelation>] = try await Places.Place.objects.filter {
            $0.name == "Germany"
        }
        .prefetchTree(\.parts) { $0.order(by: \.id) }.all(on: database)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(
            String(decoding: try encoder.encode(rows[0]), as: UTF8.self) == """
                {"id":3,"name":"Germany","parts":[{"id":5,"name":"Hamburg","parts":[],"within":3},\
                {"id":6,"name":"Berlin","parts":[{"id":7,"name":"Mitte","parts":[],"within":6}],"within":3}],"within":1}
                """)
        let above = try await Places.Place.objects.filter { $0.name == "Germany" }.prefetchTree(\.within).all(
            on: database)
        #expect(
            String(decoding: try encoder.encode(above), as: UTF8.self)
                == #"[{"id":3,"name":"Germany","within":{"id":1,"name":"Europe","within":null}}]"#)
    }

    @Test func followsKeysOfBytes() async throws {
        let database = try await TestDatabase.migrated([Migration("0001", creating: [Places.Node.self])])
        let ids = (0..<3).map { Data([UInt8($0)]) }
        for (index, id) in ids.enumerated() {
            let above = index == 0 ? nil : Reference<Places.Node>(id: ids[index - 1])
            try await Places.Node.objects.create(Places.Node(id: id, above: above), on: database)
        }
        let rows = try await Places.Node.objects.filter { $0.above.isNull || $0.id == ids[1] }.order {
            [$0.id.ordering]
        }
        .prefetchTree(\.below).all(on: database)
        #expect(rows[0].below[0].below.map(\.id) == [ids[2]] && rows[1].below.map(\.id) == [ids[2]])
    }
}
