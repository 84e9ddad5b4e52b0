import Foundation
import MartletORM

/// Some rows of a report, imported together by one task.
@Model("import_chunk")
struct ImportChunk {
    var id: Int
    @ForeignKey(onDelete: .cascade) var report: Reference<ReportImport>
    /// The rows as JSON.
    var rows: Data
    var isDone: Bool
    var imported: Int
    var duplicates: Int
}
