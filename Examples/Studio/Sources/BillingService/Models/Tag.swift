import MartletORM

/// A word that invoices are marked with.
@Model("tag")
struct Tag {
    var id: Int
    @Unique var name: String
}
