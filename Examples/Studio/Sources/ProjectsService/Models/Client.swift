import MartletORM

/// A client, for whom projects are done.
@Model("client")
struct Client {
    var id: Int
    var name: String
    @HasMany(\Project.client) var projects: Many<Project>

    static var indexes: [ModelIndex<Client>] { [.unique(\.name)] }
}
