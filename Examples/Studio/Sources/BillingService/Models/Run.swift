import Foundation
import MartletORM

/// A monthly run: invoices drafted, printed and summed up together.
@Model("run")
struct Run {
    var id: Int
    var startedAt: Date
    var firstMonth: String
    var lastMonth: String
    var mailTo: String
    /// The id of the task that mails the summary; none where there was nothing to bill.
    var summaryTask: String?
    @HasMany(\Invoice.run) var invoices: Many<Invoice>
}
