import MartletORM

/// A word that projects and entries are marked with.
@Model("tag")
struct Tag {
    var id: Int
    @Unique var name: String
}
