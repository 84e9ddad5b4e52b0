import MartletORM

/// A tag on an entry.
@Model("entry_tag")
struct EntryTag {
    var id: Int
    @ForeignKey(onDelete: .cascade) var entry: Reference<TimeEntry>
    @ForeignKey(onDelete: .cascade) var tag: Reference<Tag>

    static var indexes: [ModelIndex<EntryTag>] { [.unique(\.entry.id, \.tag.id)] }
}
