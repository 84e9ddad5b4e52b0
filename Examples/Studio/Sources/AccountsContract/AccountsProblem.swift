public import MartletServices

/// What *accounts* refuses, and why.
public enum AccountsProblem: ServiceProblem, Hashable {
    /// It is no mail address.
    case badAddress(reason: String)
    /// The name is empty.
    case badName

    /// 422.
    public var status: Int { 422 }

    /// What happened, with the values, and what to do.
    public var detail: String {
        switch self {
        case .badAddress(let reason): reason
        case .badName: "The user has no name; give one."
        }
    }
}
