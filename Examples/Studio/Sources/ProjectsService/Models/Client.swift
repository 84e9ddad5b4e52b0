import MartletORM

/// A client, for whom projects are done.
@Model("client")
struct Client {
    var id: Int
    @Unique var name: String
    @HasMany(\Project.client) var projects: Many<Project>
}
