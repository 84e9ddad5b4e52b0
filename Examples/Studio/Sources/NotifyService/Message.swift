import Foundation
import MartletORM

/// A mail that was sent, once for its key.
@Model("message")
struct Message {
    var id: Int
    @Unique var key: String
    var recipient: String
    var subject: String
    var path: String
    var sentAt: Date
}
