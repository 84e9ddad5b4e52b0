import MartletORM

/// Money that came in, for an invoice or not yet known for which.
@Model("payment")
struct Payment {
    var id: Int
    @ForeignKey(onDelete: .protect) var invoice: Reference<Invoice>?
    @Unique var reference: String
    var amountCents: Int
    var receivedOn: String
}
