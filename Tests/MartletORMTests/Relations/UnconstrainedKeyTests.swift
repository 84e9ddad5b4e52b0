import MartletORM
import MartletTesting
import Testing

@Model("warehouse")
private struct Warehouse: Equatable {
    var id: Int
    var name: String
    @HasMany(\Parcel.warehouse) var parcels: Many<Parcel>
}

@Model("parcel")
private struct Parcel: Equatable {
    var id: Int
    @ForeignKey(dbConstraint: false) var warehouse: Reference<Warehouse>
    @ForeignKey(onDelete: .doNothing, dbConstraint: false) var origin: Reference<Warehouse>?
}

/// Foreign keys that the database does not check, and that may lead to no row.
@Suite(.eachDatabase) struct UnconstrainedKeyTests {
    private let migrations = [Migration("0001", creating: [Parcel.self, Warehouse.self])]

    /// A parcel that has both, one without an origin, and one whose keys lead nowhere.
    private func filled() async throws -> Database {
        let database = try await TestDatabase.migrated(migrations)
        try await Warehouse.objects.create(Warehouse(name: "North"), on: database)
        try await Parcel.objects.bulkCreate(
            [Parcel(warehouse: 1, origin: 1), Parcel(warehouse: 1), Parcel(warehouse: 8, origin: 9)], on: database)
        return database
    }

    @Test func tellsTheDatabaseNothingOfThem() throws {
        for dialect in Dialect.allCases {
            let sql = migrations[0].sql(for: dialect)
            #expect(sql.contains { $0.hasPrefix(#"CREATE TABLE "parcel""#) })
            #expect(!sql.contains { $0.contains("REFERENCES") })
            #expect(sql.contains { $0.contains(#"ON "parcel" ("warehouse_id")"#) })
        }
    }

    @Test func loadsNothingWhereThereIsNoRow() async throws {
        let database = try await filled()
        let joined = try await Parcel.objects.selectRelated(\.origin).order(by: \.id).all(on: database)
        #expect(joined.map { $0.origin?.name } == ["North", nil, nil])
        #expect(joined.map { $0.root.origin?.id } == [1, nil, 9])
        let different = try await Parcel.objects.selectRelated(\.origin).distinct().order(by: \.id).all(on: database)
        #expect(different.map { $0.origin?.name } == ["North", nil, nil])
        let prefetched = try await Parcel.objects.prefetchRelated(\.origin).order(by: \.id).all(on: database)
        #expect(prefetched.map { $0.origin?.name } == ["North", nil, nil])
    }

    @Test func treatsARequiredRowThatIsMissingAsDjangoDoes() async throws {
        let database = try await filled()
        let joined = try await Parcel.objects.selectRelated(\.warehouse).order(by: \.id).all(on: database)
        #expect(joined.map(\.warehouse.name) == ["North", "North"])
        let page = try await Parcel.objects.selectRelated(\.warehouse).order(by: \.id.descending).limit(2).all(
            on: database)
        #expect(page.map(\.id) == [2, 1])
        let error = await #expect(throws: ORMError.self) {
            try await Parcel.objects.prefetchRelated(\.warehouse).all(on: database)
        }
        #expect(error?.code == .doesNotExist && error?.message.contains("no Warehouse with key 8") == true)
    }

    @Test func readsTheKeyWithoutAJoin() async throws {
        let database = try await filled()
        let lost = Parcel.objects.filter { $0.origin.id == 9 }
        #expect(try lost.sql().text.hasSuffix(#"FROM "parcel" AS t0 WHERE t0."origin_id" = ?"#))
        #expect(try await lost.all(on: database).map(\.id) == [3])
        #expect(try await Parcel.objects.filter { $0.origin.name == "North" }.all(on: database).map(\.id) == [1])
    }

    @Test func keepsTheRowWhenTheOtherIsDeleted() async throws {
        let database = try await filled()
        let north = try await Warehouse.objects.prefetchRelated(\.parcels).get(on: database)
        #expect(north.parcels.map(\.id) == [1, 2])
        try await north.root.delete(on: database)
        #expect(try await Parcel.objects.count(on: database) == 3)
        #expect(try await Parcel.objects.selectRelated(\.warehouse).all(on: database).isEmpty)
    }
}
