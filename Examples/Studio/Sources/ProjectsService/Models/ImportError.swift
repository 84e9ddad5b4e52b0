import MartletORM

/// A row of a report that was refused.
@Model("import_error")
struct ImportError {
    var id: Int
    @ForeignKey(onDelete: .cascade) var report: Reference<ReportImport>
    var line: Int
    var reason: String
}
