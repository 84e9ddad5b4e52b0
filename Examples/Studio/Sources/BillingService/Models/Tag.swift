import MartletORM

/// A word that invoices are marked with.
@Model("tag")
struct Tag {
    var id: Int
    var name: String

    static var indexes: [ModelIndex<Tag>] { [.unique(\.name)] }
}
