/// The answer to a ``ContractRequest``, before HTTP and after it.
public struct ContractResponse: Sendable {
    /// The HTTP status.
    public var status: Int

    /// The content; `nil` for an answer without one.
    public var body: ContractFile?

    /// Makes an answer.
    public init(status: Int, body: ContractFile? = nil) {
        self.status = status
        self.body = body
    }

    /// An error as a problem document.
    static func problem(_ document: ProblemDocument) -> Self {
        ContractResponse(
            status: document.error.status,
            body: ContractFile(contentType: ProblemDocument.contentType, bytes: document.bytes))
    }
}

/// What the generated route answers with.
extension ContractRequest {
    /// Answers with a value's JSON.
    public func respond(with value: some Encodable) throws -> ContractResponse {
        let body = ContractFile(contentType: ContractCoding.contentType, bytes: try ContractCoding.encode(value))
        return ContractResponse(status: endpoint.status, body: body)
    }

    /// Answers with a file.
    public func respond(with file: ContractFile) throws -> ContractResponse {
        ContractResponse(status: endpoint.status, body: file)
    }

    /// Answers with nothing.
    public func respond(with nothing: Void) throws -> ContractResponse {
        ContractResponse(status: endpoint.status)
    }
}
