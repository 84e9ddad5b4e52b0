/// An endpoint together with the code that answers it; the `@Service` macro writes one per member.
public struct ContractRoute: Sendable {
    /// What HTTP knows of the member.
    public let endpoint: Endpoint

    /// The errors that travel as their own type.
    let respond: @Sendable (ContractRequest) async throws -> ContractResponse

    /// Joins an endpoint and its handler.
    public init(_ endpoint: Endpoint, _ respond: @escaping @Sendable (ContractRequest) async throws -> ContractResponse)
    {
        self.endpoint = endpoint
        self.respond = respond
    }
}
