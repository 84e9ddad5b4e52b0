/// An error of a contract's own, which arrives at the caller as the same Swift value.
///
/// ```swift
/// public enum BillingProblem: ServiceProblem {
///     case alreadyPaid(invoice: Int)
///     public var status: Int { 409 }
///     public var detail: String { switch self { case .alreadyPaid(let id): "Invoice \(id) is paid already." } }
/// }
///
/// @Service("billing", errors: [BillingProblem.self])
/// public protocol Billing: Sendable { … }
/// ```
///
/// A problem the contract does not list arrives as a ``ServiceError`` with the same status, type and detail.
public protocol ServiceProblem: Error, Codable, Sendable {
    /// The URI that names the problem on the wire; `urn:martlet:problem:<Swift type>` by default. Keep it stable.
    static var type: String { get }

    /// The HTTP status this problem is answered with; 422 by default.
    var status: Int { get }

    /// A short name, the same for every occurrence; the Swift type's name by default.
    var title: String { get }

    /// What happened, with the values, and what to do.
    var detail: String { get }
}

extension ServiceProblem {
    /// The URI `urn:martlet:problem:<Swift type>`.
    public static var type: String { "urn:martlet:problem:\(Self.self)" }

    /// 422, the status of a request that is understood and refused.
    public var status: Int { 422 }

    /// The Swift type's name.
    public var title: String { "\(Self.self)" }
}
