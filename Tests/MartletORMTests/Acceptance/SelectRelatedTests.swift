import Foundation
import MartletORM
import MartletTesting
import Testing

// Django's select_related/tests.py. What the compiler refuses of it is in SelectRelatedValidationTests.

@RowName enum Extra {}

extension Taxonomy {
    /// A species with everything above it.
    typealias WholeSpecies = With<
        Species, Species.GenusRelation, With<Genus, Genus.FamilyRelation, Family.With<Family.OrderRelation>>
    >

    @Suite(.eachDatabase) struct SelectRelatedTests {
        @Test func accessFksWithoutSelectRelated() async throws {
            let database = try await filled()
            let name = try await expectQueries(8) {
                let fly = try await Species.objects.filter { $0.name == "melanogaster" }.get(on: database)
                let family = try await fly.genus.load(on: database).family.load(on: database)
                let phylum = try await family.order.load(on: database).klass.load(on: database).phylum.load(
                    on: database)
                return try await phylum.kingdom.load(on: database).domain.load(on: database).name
            }
            #expect(name == "Eukaryota")
        }

        @Test func accessFksWithSelectRelated() async throws {
            let database = try await filled()
            let query = Species.objects.selectRelated(\.genus) {
                $0.selectRelated(\.family) {
                    $0.selectRelated(\.order) {
                        $0.selectRelated(\.klass) {
                            $0.selectRelated(\.phylum) { $0.selectRelated(\.kingdom) { $0.selectRelated(\.domain) } }
                        }
                    }
                }
            }
            let human = try await expectQueries(1) {
                try await query.filter { $0.name == "sapiens" }.get(on: database)
            }
            #expect(human.genus.family.order.klass.phylum.kingdom.domain.name == "Eukaryota")
            let text = try query.sql().text
            #expect(text.components(separatedBy: " JOIN ").count == 8)
            #expect(!text.contains("LEFT"))
        }

        @Test func listWithoutSelectRelated() async throws {
            let database = try await filled()
            let names = try await expectQueries(9) {
                var names: [String] = []
                for species in try await Species.objects.order(by: \.id).all(on: database) {
                    names.append(try await species.genus.load(on: database).family.load(on: database).name)
                }
                return names
            }
            #expect(names == ["Drosophilidae", "Hominidae", "Fabaceae", "Amanitacae"])
        }

        @Test func listWithDepth() async throws {
            let database = try await filled()
            let orders = try await expectQueries(5) {
                var orders: [String] = []
                let world = try await Species.objects.order(by: \.id)
                    .selectRelated(\.genus) { $0.selectRelated(\.family) }.all(on: database)
                for species in world { orders.append(try await species.genus.family.order.load(on: database).name) }
                return orders
            }
            #expect(orders == ["Diptera", "Primates", "Fabales", "Agaricales"])
        }

        @Test func certainFields() async throws {
            let database = try await filled()
            let world = try await expectQueries(1) {
                try await Species.objects.order(by: \.id).selectRelated(\.genus) { $0.selectRelated(\.family) }
                    .all(on: database)
            }
            #expect(world.map(\.genus.family.name) == ["Drosophilidae", "Hominidae", "Fabaceae", "Amanitacae"])
        }

        @Test func moreCertainFields() async throws {
            let database = try await filled()
            let orders = try await expectQueries(2) {
                let world = try await Species.objects.filter { $0.genus.name == "Amanita" }
                    .selectRelated(\.genus) { $0.selectRelated(\.family) }.all(on: database)
                return try await world.map(\.genus.family).prefetchRelated(\.order, on: database).map(\.order.name)
            }
            #expect(orders == ["Agaricales"])
        }

        @Test func fieldTraversal() async throws {
            let database = try await filled()
            let species: WholeSpecies? = try await expectQueries(1) {
                try await Species.objects
                    .selectRelated(\.genus) { $0.selectRelated(\.family) { $0.selectRelated(\.order) } }
                    .order(by: \.id).first(on: database)
            }
            #expect(species?.genus.family.order.name == "Diptera")
        }

        @Test func chaining() async throws {
            let database = try await filled()
            let query = HybridSpecies.objects.selectRelated(\.parent1).selectRelated(\.parent2)
            let hybrid = try await expectQueries(1) { try await query.get(on: database) }
            #expect(hybrid.parent1.name == "melanogaster")
            #expect(hybrid.parent2.name == "sapiens")
            let text = try query.sql().text
            #expect(text.contains(#"JOIN "species" AS t1 ON t1."id" = t0."parent1_id""#))
            #expect(text.contains(#"JOIN "species" AS t2 ON t2."id" = t0."parent2_id""#))
        }

        @Test func selectRelatedWithExtra() async throws {
            let database = try await filled()
            let rows = try await expectQueries(1) {
                try await Species.objects.annotate(Extra.self) { $0.id + 10 }.selectRelated(\.genus)
                    .order(by: \.id).all(on: database)
            }
            #expect(rows.map(\.extra) == [11, 12, 13, 14])
            #expect(rows.map(\.genus.name) == ["Drosophila", "Homo", "Pisum", "Amanita"])
        }

        @Test func noneClearsList() async throws {
            let database = try await filled()
            // A query is a value: the one without relations is still there.
            let plain = Species.objects.order(by: \.id)
            _ = plain.selectRelated(\.genus)
            #expect(!(try plain.sql().text.contains("JOIN")))
            #expect(try await plain.count(on: database) == 4)
        }

        @Test func reverseRelationCaching() async throws {
            let database = try await filled()
            let species = try await Species.objects.filter { $0.name == "melanogaster" }.selectRelated(\.genus)
                .get(on: database)
            #expect(try await expectQueries(0) { species.genus.name } == "Drosophila")
            // The other direction is a relation of its own, `Many<Species>`, which nothing has loaded.
            let all = try await expectQueries(1) { try await species.genus.species.objects.all(on: database) }
            #expect(all.map(\.name) == ["melanogaster"])
        }
    }
}
