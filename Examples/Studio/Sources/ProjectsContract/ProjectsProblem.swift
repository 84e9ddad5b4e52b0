public import MartletServices

/// What *projects* refuses, and why.
public enum ProjectsProblem: ServiceProblem, Hashable {
    /// The file is not a report that can be read.
    case unreadableReport(reason: String)
    /// There is no import of that id.
    case unknownImport(id: Int)
    /// A day is not written `YYYY-MM-DD`.
    case badDay(value: String)

    /// 404 for what is not there, 422 for what cannot be read.
    public var status: Int {
        switch self {
        case .unreadableReport, .badDay: 422
        case .unknownImport: 404
        }
    }

    /// What happened, with the values, and what to do.
    public var detail: String {
        switch self {
        case .unreadableReport(let reason): reason
        case .unknownImport(let id): "There is no import \(id); POST /imports starts one."
        case .badDay(let value): "'\(value)' is not a day; write it as 2026-01-31."
        }
    }
}
