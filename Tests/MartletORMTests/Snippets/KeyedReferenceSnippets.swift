import MartletORM
import Testing

// The code of "A foreign key to another column" in the article "Eager loading": Scripts/checks/snippets.sh compares each
// region with the block of its name.

private enum Keyed {
    // snippet: keyed-models
    @Model("country")
    struct Country {
        var id: Int
        @Unique var code: String
        var name: String
        @HasMany(\City.country) var cities: Many<City>
    }

    @Model("city")
    struct City {
        var id: Int
        var name: String
        @ForeignKey(onDelete: .cascade) var country: KeyedReference<Country.CodeKey>
    }
    // snippet.end
}

@Suite(.eachDatabase) struct KeyedReferenceSnippets {
    private typealias City = Keyed.City
    private typealias Country = Keyed.Country

    @Test func refersByACode() async throws {
        let database = try await TestDatabase.migrated([Migration("0001", creating: [City.self, Country.self])])
        let france = try await Country.objects.create(Country(code: "FR", name: "France"), on: database)
        // snippet: keyed-use
        try await City.objects.bulkCreate(
            [City(name: "Paris", country: KeyedReference(france)), City(name: "Lyon", country: "FR")], on: database)

        let french = City.objects.filter { $0.country.code == "FR" }.order(by: \.name)
        let cities = try await french.all(on: database)
        let withCountries = try await french.selectRelated(\.country).all(on: database)
        // snippet.end
        #expect(cities.map(\.name) == ["Lyon", "Paris"] && cities[0].country.key == "FR")
        #expect(withCountries.map(\.country.name) == ["France", "France"])
        #expect(
            try french.sql().text.hasSuffix(
                #"FROM "city" AS t0 WHERE t0."country_id" = ? ORDER BY t0."name""#))
        #expect(
            try french.selectRelated(\.country).sql().text.contains(
                #"FROM "city" AS t0 JOIN "country" AS t1 ON t1."code" = t0."country_id" WHERE"#))
        let countries = try await Country.objects.prefetchRelated(\.cities).all(on: database)
        #expect(countries.map(\.cities.count) == [2])
    }
}
