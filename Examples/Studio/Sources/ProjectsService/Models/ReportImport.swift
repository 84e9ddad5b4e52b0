import Foundation
import MartletORM

/// The import of one report.
@Model("report_import")
struct ReportImport {
    var id: Int
    var startedAt: Date
    var rows: Int
    @HasMany(\ImportChunk.report) var chunks: Many<ImportChunk>
    @HasMany(\ImportError.report) var errors: Many<ImportError>
}
