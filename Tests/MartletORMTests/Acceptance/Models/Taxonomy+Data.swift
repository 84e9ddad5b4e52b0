import MartletORM

extension Taxonomy {
    static let migration = Migration(
        "0001",
        creating: [
            Domain.self, Kingdom.self, Phylum.self, Klass.self, Order.self, Family.self, Genus.self, Species.self,
            HybridSpecies.self, Topping.self, Pizza.self,
        ])

    /// Four species with all that is above them, shared ancestors stored once, and a hybrid of the first two.
    static func filled() async throws -> Database {
        let database = try await TestDatabase.migrated([migration])
        try await database.transaction { tx in
            try await Domain.objects.create(Domain(name: "Eukaryota"), on: tx)
            try await Kingdom.objects.bulkCreate(
                ["Animalia", "Plantae", "Fungi"].map { Kingdom(name: $0, domain: 1) }, on: tx)
            let phyla = [("Anthropoda", 1), ("Chordata", 1), ("Magnoliophyta", 2), ("Basidiomycota", 3)]
            try await Phylum.objects.bulkCreate(
                phyla.map { Phylum(name: $0.0, kingdom: Reference(id: $0.1)) }, on: tx)
            try await chains(on: tx)
            try await HybridSpecies.objects.create(HybridSpecies(name: "hybrid", parent1: 1, parent2: 2), on: tx)
        }
        return database
    }

    private static func chains(on tx: Transaction) async throws {
        let ranks = [
            ["Insecta", "Diptera", "Drosophilidae", "Drosophila", "melanogaster"],
            ["Mammalia", "Primates", "Hominidae", "Homo", "sapiens"],
            ["Magnoliopsida", "Fabales", "Fabaceae", "Pisum", "sativum"],
            ["Homobasidiomycatae", "Agaricales", "Amanitacae", "Amanita", "muscaria"],
        ]
        for (index, names) in ranks.enumerated() {
            let id = index + 1
            try await Klass.objects.create(Klass(name: names[0], phylum: Reference(id: id)), on: tx)
            try await Order.objects.create(Order(name: names[1], klass: Reference(id: id)), on: tx)
            try await Family.objects.create(Family(name: names[2], order: Reference(id: id)), on: tx)
            try await Genus.objects.create(Genus(name: names[3], family: Reference(id: id)), on: tx)
            try await Species.objects.create(Species(name: names[4], genus: Reference(id: id)), on: tx)
        }
    }
}
