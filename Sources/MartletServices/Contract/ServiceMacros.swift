public import MartletTasks

/// Turns a protocol into a service's contract.
///
/// ```swift
/// @Service("billing", errors: [BillingProblem.self])
/// public protocol Billing: Sendable {
///     @GET("/invoices/{id}")     func invoice(id: Int) async throws -> InvoiceView
///     @GET("/invoices")          func invoices(client: Int?, status: [InvoiceStatus]) async throws -> [InvoiceView]
///     @POST("/invoices", status: 201) func draft(_ body: DraftInvoice) async throws -> InvoiceView
///     @DELETE("/invoices/{id}")  func discard(id: Int) async throws
///     @Background(queue: "pdf")  func renderPDF(invoice: Int) async throws -> URL
/// }
/// ```
///
/// It writes four types beside the protocol: `BillingContract` (see ``ServiceContract``), `BillingClient` (calls over
/// a ``ServiceTransport``), `BillingBackground` (a signature for each `@Background` member) and `BillingDouble` (a test
/// double: a closure per member).
///
/// A parameter named in the path template is a path parameter. In POST, PUT and PATCH the parameter named `body` or
/// without a label is the body: a `Codable` value as JSON, or a ``ContractFile`` as it is. Every other parameter is a
/// query parameter: a ``ContractScalar``, an optional of one, or an array of one (repeated). A result is JSON, a
/// ``ContractFile``, or nothing (204).
///
/// What is written speaks of tasks too: import `MartletTasks` beside `MartletServices` in the file of the contract.
@attached(peer, names: suffixed(Contract), suffixed(Client), suffixed(Background), suffixed(Double))
public macro Service(_ name: String, errors: [any ServiceProblem.Type] = []) =
    #externalMacro(module: "MartletMacros", type: "ServiceMacro")

/// Answers HTTP GET at a path of the service.
@attached(peer)
public macro GET(_ path: String, status: Int = 200) =
    #externalMacro(module: "MartletMacros", type: "EndpointMacro")

/// Answers HTTP POST at a path of the service; `bodyLimit` is in bytes, the server's limit when left out.
@attached(peer)
public macro POST(_ path: String, status: Int = 200, bodyLimit: Int? = nil) =
    #externalMacro(module: "MartletMacros", type: "EndpointMacro")

/// Answers HTTP PUT at a path of the service; `bodyLimit` is in bytes, the server's limit when left out.
@attached(peer)
public macro PUT(_ path: String, status: Int = 200, bodyLimit: Int? = nil) =
    #externalMacro(module: "MartletMacros", type: "EndpointMacro")

/// Answers HTTP PATCH at a path of the service; `bodyLimit` is in bytes, the server's limit when left out.
@attached(peer)
public macro PATCH(_ path: String, status: Int = 200, bodyLimit: Int? = nil) =
    #externalMacro(module: "MartletMacros", type: "EndpointMacro")

/// Answers HTTP DELETE at a path of the service.
@attached(peer)
public macro DELETE(_ path: String, status: Int = 200) =
    #externalMacro(module: "MartletMacros", type: "EndpointMacro")

/// Makes a member a task: enqueued by its signature in `<Service>Background`, run by a worker.
///
/// With an HTTP attribute beside it the member can be called at once as well. The arguments are those of
/// ``MartletTasks/TaskOptions``, with the same defaults: the queue it is sent to, when a failed run is tried again, how
/// long a run may take, and what happens when its worker dies.
@attached(peer)
public macro Background(
    queue: String? = nil,
    priority: TaskPriority? = nil,
    retry: RetryPolicy = .none,
    expectedErrors: ErrorTypes = [],
    timeLimit: Duration? = nil,
    softTimeLimit: Duration? = nil,
    expires: Duration? = nil,
    delivery: Delivery = .atLeastOnce(),
    rateLimit: RateLimit? = nil,
    limits: [TaskLimit] = [],
    unique: Uniqueness? = nil,
    ignoresResult: Bool = false,
    storesErrorsEvenIfIgnored: Bool = false,
    tracksStarted: Bool = false,
    resultExpires: Duration? = nil,
    trail: Bool = true,
    shadow: String? = nil,
    serializer: SerializerName? = nil,
    compression: CompressionName? = nil
) =
    #externalMacro(module: "MartletMacros", type: "EndpointMacro")
