import MartletORM
import MartletPostgres
import MartletTesting
import Testing

@Suite(.postgres) struct PostgresDriverTests {
    @Test func createsReadsChangesAndDeletes() async throws {
        let database = try await TestDatabase.counters()
        var counter = try await Counter.objects.create(Counter(name: "a"), on: database)
        #expect(counter.id == 1)
        counter.value = 7
        try await counter.save(on: database)
        #expect(try await Counter.objects.get(1, on: database) == Counter(id: 1, name: "a", value: 7))
        #expect(try await Counter.objects.filter { $0.name == "a" }.update(on: database) { [$0.value.set(8)] } == 1)
        #expect(try await Counter.objects.filter { $0.value.in([8, 9]) }.count(on: database) == 1)
        #expect(try await counter.delete(on: database))
        #expect(try await Counter.objects.all(on: database).isEmpty)
        try await database.close()
    }
}
