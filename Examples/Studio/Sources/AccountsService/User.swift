import MartletORM

/// Somebody who works.
@Model("user")
struct User {
    var id: Int
    var name: String
    @Unique var email: String
}
