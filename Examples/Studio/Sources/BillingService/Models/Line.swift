import MartletORM

/// A line of an invoice.
@Model("line")
struct Line {
    var id: Int
    @ForeignKey(onDelete: .cascade) var invoice: Reference<Invoice>
    @ForeignKey(onDelete: .protect) var project: Reference<Project>
    var position: Int
    var details: String
    var seconds: Int
    var amountCents: Int
    @HasMany(\BilledEntry.line) var links: Many<BilledEntry>
}
