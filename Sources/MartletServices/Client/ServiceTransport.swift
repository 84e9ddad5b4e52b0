/// The way from a typed client to a service.
public protocol ServiceTransport: Sendable {
    /// Sends one call and returns what came back; called by the generated client.
    ///
    /// - Returns: The answer whatever its status; a problem document is turned into an error by the caller.
    /// - Throws: ``ServiceError`` when there is no answer: `unreachable`, `timeout`, `invalid-response`.
    func send(_ request: ContractRequest) async throws -> ContractResponse
}

extension ServiceTransport {
    /// Calls a member and decodes the JSON it answers with.
    public func call<T: Decodable>(_ request: ContractRequest, _ problems: [any ServiceProblem.Type]) async throws -> T
    {
        let file: ContractFile = try await call(request, problems)
        guard MediaType(file.contentType).isJSON else {
            throw unexpected(request, "with content type '\(file.contentType)' instead of application/json")
        }
        do {
            return try ContractCoding.decode(T.self, from: file.bytes)
        } catch {
            throw unexpected(request, "with JSON that is no \(T.self)", cause: error)
        }
    }

    /// Calls a member and returns the content it answers with.
    public func call(_ request: ContractRequest, _ problems: [any ServiceProblem.Type]) async throws -> ContractFile {
        guard let file = try await checked(request, problems).body else {
            throw unexpected(request, "without content")
        }
        return file
    }

    /// Calls a member that answers with nothing.
    public func call(_ request: ContractRequest, _ problems: [any ServiceProblem.Type]) async throws {
        _ = try await checked(request, problems)
    }

    private func checked(
        _ request: ContractRequest, _ problems: [any ServiceProblem.Type]
    ) async throws -> ContractResponse {
        let response = try await ServiceCallRecorder.observing(request.endpoint) { try await send(request) }
        guard !(200..<300).contains(response.status) else { return response }
        guard let body = response.body, MediaType(body.contentType).isJSON,
            let document = ProblemDocument(bytes: body.bytes, status: response.status)
        else {
            let text = String(decoding: response.body?.bytes.prefix(200) ?? [], as: UTF8.self)
            throw unexpected(request, "with status \(response.status) and no problem document: '\(text)'")
        }
        throw document.thrown(listed: problems)
    }

    private func unexpected(_ request: ContractRequest, _ how: String, cause: (any Error)? = nil) -> ServiceError {
        ServiceError(
            .invalidResponse,
            "\(request.endpoint) answered \(how). Caller and service are built from different contracts, or the URL "
                + "leads to something else.",
            cause: cause)
    }
}
