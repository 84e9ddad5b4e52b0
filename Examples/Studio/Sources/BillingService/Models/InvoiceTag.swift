import MartletORM

/// A tag on an invoice.
@Model("invoice_tag")
struct InvoiceTag {
    var id: Int
    @ForeignKey(onDelete: .cascade) var invoice: Reference<Invoice>
    @ForeignKey(onDelete: .cascade) var tag: Reference<Tag>

    static var indexes: [ModelIndex<InvoiceTag>] { [.unique(\.invoice.id, \.tag.id)] }
}
