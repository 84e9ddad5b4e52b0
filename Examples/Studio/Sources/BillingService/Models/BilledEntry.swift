import MartletORM

/// A time entry that a line bills; its id in *projects* is unique, so no entry is billed twice.
@Model("billed_entry")
struct BilledEntry {
    var id: Int
    @ForeignKey(onDelete: .cascade) var line: Reference<Line>
    @Unique var entry: Int
}
