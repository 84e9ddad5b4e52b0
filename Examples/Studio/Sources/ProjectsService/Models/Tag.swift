import MartletORM

/// A word that entries are marked with.
@Model("tag")
struct Tag {
    var id: Int
    @Unique var name: String
}
