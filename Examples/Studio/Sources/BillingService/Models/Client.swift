import MartletORM

/// What billing knows of a client: its id in *projects* and its name.
@Model("client")
struct Client {
    var id: Int
    var name: String
}
