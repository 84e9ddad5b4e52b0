import MartletORM

/// Time that somebody worked on a project.
@Model("time_entry")
struct TimeEntry {
    var id: Int
    /// Names the entry in the report it came from, so that importing it again adds nothing.
    @Unique var externalKey: String
    @ForeignKey(onDelete: .protect) var project: Reference<Project>
    var worker: String
    var task: String?
    var details: String
    /// The day it began, `YYYY-MM-DD`.
    var day: String
    /// When it began on the worker's clock, `HH:MM:SS`.
    var time: String
    var seconds: Int
    var isBillable: Bool
    var amountCents: Int
    var currency: String
    @ManyToMany(through: EntryTag.self) var tags: Many<Tag>

    static var indexes: [ModelIndex<TimeEntry>] { [.index(\.isBillable, \.day)] }
}
