public import MartletServices

/// What *projects* refuses, and why.
public enum ProjectsProblem: ServiceProblem, Hashable {
    /// The file is not a report that can be read.
    case unreadableReport(reason: String)
    /// There is no import of that id.
    case unknownImport(id: Int)
    /// There is no project of that id.
    case unknownProject(id: Int)
    /// There is no user of that id in *accounts*.
    case unknownUser(id: Int)
    /// A day is not written `YYYY-MM-DD`.
    case badDay(value: String)

    /// 404 for what is not there, 422 for what cannot be read.
    public var status: Int {
        switch self {
        case .unreadableReport, .badDay, .unknownUser: 422
        case .unknownImport, .unknownProject: 404
        }
    }

    /// What happened, with the values, and what to do.
    public var detail: String {
        switch self {
        case .unreadableReport(let reason): reason
        case .unknownImport(let id): "There is no import \(id); POST /imports starts one."
        case .unknownProject(let id): "There is no project \(id); GET /projects lists them."
        case .unknownUser(let id): "There is no user \(id) in accounts; PUT /users there adds one."
        case .badDay(let value): "'\(value)' is not a day; write it as 2026-01-31."
        }
    }
}
