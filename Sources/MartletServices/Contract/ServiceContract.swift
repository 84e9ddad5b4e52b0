public import MartletTasks

/// What the `@Service` macro makes of a protocol: everything that connects callers and an implementation.
///
/// `@Service("billing") protocol Billing` writes `enum BillingContract: ServiceContract`. Applications hand it to
/// `environment.service(BillingContract.self)`; nothing else in it needs to be called by hand.
public protocol ServiceContract: SendableMetatype {
    /// The protocol that was annotated: `any Billing`.
    associatedtype Service: Sendable

    /// The service's name on the wire, in configuration and in logs: `billing`.
    static var name: String { get }

    /// The problems that arrive at the caller as their own type.
    static var problems: [any ServiceProblem.Type] { get }

    /// All members reachable over HTTP.
    static var endpoints: [Endpoint] { get }

    /// Makes a client that calls through a transport.
    static func client(_ transport: any ServiceTransport) -> Service

    /// Makes a stub that calls an implementation in this process, found at each call.
    static func inProcess(_ service: @escaping @Sendable () throws -> Service) -> Service

    /// Makes the routes that answer from an implementation.
    static func routes(_ service: Service) -> [ContractRoute]

    /// Registers the `@Background` members, run by an implementation.
    static func register(_ service: Service, in registry: inout TaskRegistry)
}
