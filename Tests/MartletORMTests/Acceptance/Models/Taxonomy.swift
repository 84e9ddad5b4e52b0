import MartletORM

/// The models of Django's select_related tests: the eight ranks of living things, and pizzas.
enum Taxonomy {
    @Model("domain")
    struct Domain: Equatable {
        var id: Int
        var name: String
    }

    @Model("kingdom")
    struct Kingdom: Equatable {
        var id: Int
        var name: String
        @ForeignKey(onDelete: .cascade) var domain: Reference<Domain>
    }

    @Model("phylum")
    struct Phylum: Equatable {
        var id: Int
        var name: String
        @ForeignKey(onDelete: .cascade) var kingdom: Reference<Kingdom>
    }

    @Model("klass")
    struct Klass: Equatable {
        var id: Int
        var name: String
        @ForeignKey(onDelete: .cascade) var phylum: Reference<Phylum>
    }

    @Model("order")
    struct Order: Equatable {
        var id: Int
        var name: String
        @ForeignKey(onDelete: .cascade) var klass: Reference<Klass>
    }

    @Model("family")
    struct Family: Equatable {
        var id: Int
        var name: String
        @ForeignKey(onDelete: .cascade) var order: Reference<Order>
    }

    @Model("genus")
    struct Genus: Equatable {
        var id: Int
        var name: String
        @ForeignKey(onDelete: .cascade) var family: Reference<Family>
        @HasMany(\Species.genus) var species: Many<Species>
    }

    @Model("species")
    struct Species: Equatable {
        var id: Int
        var name: String
        @ForeignKey(onDelete: .cascade) var genus: Reference<Genus>
        @HasMany(\HybridSpecies.parent1) var child1: Many<HybridSpecies>
        @HasMany(\HybridSpecies.parent2) var child2: Many<HybridSpecies>
    }

    @Model("hybrid_species")
    struct HybridSpecies: Equatable {
        var id: Int
        var name: String
        @ForeignKey(onDelete: .cascade) var parent1: Reference<Species>
        @ForeignKey(onDelete: .cascade) var parent2: Reference<Species>
    }

    @Model("topping")
    struct Topping: Equatable {
        var id: Int
        var name: String
        @ManyToMany(inverse: \Pizza.toppings) var pizzas: Many<Pizza>
    }

    @Model("pizza")
    struct Pizza: Equatable {
        var id: Int
        var name: String
        @ManyToMany var toppings: Many<Topping>
    }
}
