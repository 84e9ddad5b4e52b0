import Foundation
import MartletORM

@Model("folder")
struct Folder: Equatable {
    var id: UUID
    var name: String
    @ForeignKey(onDelete: .cascade) var parent: Reference<Folder>?
    @HasMany(\Folder.parent) var folders: Many<Folder>
}
