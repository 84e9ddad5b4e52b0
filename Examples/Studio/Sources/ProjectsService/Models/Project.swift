import Foundation
import MartletORM

/// A project of a client, whole or a part of another one.
///
/// A part is named after its whole, `Website / Shop` within `Website`.
@Model("project")
struct Project {
    var id: Int
    var name: String
    @ForeignKey(onDelete: .protect) var client: Reference<Client>
    @ForeignKey(onDelete: .setNull) var parent: Reference<Project>?
    /// The id in *accounts* of the user who leads it.
    var lead: Int?
    @HasMany(\Project.parent) var parts: Many<Project>
    @ManyToMany(through: ProjectTag.self) var tags: Many<Tag>
    @HasMany(\TimeEntry.project) var entries: Many<TimeEntry>

    static var indexes: [ModelIndex<Project>] { [.unique(\.client.id, \.name)] }

    /// The name of the project that one of this name is a part of.
    static func parentName(of name: String) -> String? {
        guard let separator = name.range(of: " / ", options: .backwards), separator.lowerBound > name.startIndex else {
            return nil
        }
        return String(name[..<separator.lowerBound])
    }
}
