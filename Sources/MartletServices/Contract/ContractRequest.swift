import MartletTasks

/// One call of a contract member: parameters as text, body as bytes, before HTTP and after it.
///
/// The generated client fills one in, the generated route reads it.
public struct ContractRequest: Sendable {
    /// The member called.
    public let endpoint: Endpoint

    /// The path parameters, decoded.
    public var pathValues: [String: String]

    /// The query parameters in order, decoded; a name may repeat.
    public var queryItems: [QueryItem]

    /// The body, if there is one.
    public var content: ContractFile?

    /// Makes a request without parameters or body.
    public init(_ endpoint: Endpoint) {
        self.endpoint = endpoint
        self.pathValues = [:]
        self.queryItems = []
    }

    /// A name and a value of a query.
    public struct QueryItem: Sendable, Hashable {
        /// The parameter's name.
        public var name: String
        /// The parameter's value.
        public var value: String

        /// Makes an item.
        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }
}

/// What the generated client writes.
extension ContractRequest {
    /// Sets a path parameter.
    public mutating func set(path name: String, _ value: some ContractScalar) {
        pathValues[name] = value.contractText
    }

    /// Adds a query parameter.
    public mutating func add(query name: String, _ value: some ContractScalar) {
        queryItems.append(QueryItem(name, value.contractText))
    }

    /// Adds a query parameter when there is a value.
    public mutating func add(query name: String, optional value: (some ContractScalar)?) {
        if let value { add(query: name, value) }
    }

    /// Adds a query parameter once per value: `ids=1&ids=2`.
    public mutating func add(query name: String, list values: [some ContractScalar]) {
        for value in values { add(query: name, value) }
    }

    /// Sets the body to a value's JSON.
    ///
    /// - Throws: ``ServiceError`` with code `bad-request` when the value does not encode.
    public mutating func set(body value: some Encodable) throws {
        do {
            content = ContractFile(contentType: ContractCoding.contentType, bytes: try ContractCoding.encode(value))
        } catch {
            throw ServiceError(
                .badRequest, "The body of \(endpoint) does not encode as JSON: \(error)", cause: error)
        }
    }

    /// Sets the body to a file.
    public mutating func set(body file: ContractFile) throws {
        content = file
    }
}

/// What the generated route reads.
extension ContractRequest {
    /// Reads a path parameter.
    public func path<T: ContractScalar>(_ name: String) throws -> T {
        guard let text = pathValues[name] else { throw missing("path", name, T.contractDescription) }
        return try convert(text, "path", name)
    }

    /// Reads a query parameter that must be there, once.
    public func query<T: ContractScalar>(_ name: String) throws -> T {
        guard let value: T = try optionalQuery(name) else { throw missing("query", name, T.contractDescription) }
        return value
    }

    /// Reads a query parameter that may be absent.
    public func optionalQuery<T: ContractScalar>(_ name: String) throws -> T? {
        let texts = queryItems.filter { $0.name == name }
        guard texts.count <= 1 else {
            throw parameterError(
                "query", name, "The query parameter '\(name)' is given \(texts.count) times; once is enough.")
        }
        return try texts.first.map { try convert($0.value, "query", name) }
    }

    /// Reads a query parameter that may repeat; empty when it is absent.
    public func queryList<T: ContractScalar>(_ name: String) throws -> [T] {
        try queryItems.filter { $0.name == name }.map { try convert($0.value, "query", name) }
    }

    /// Reads the JSON body.
    ///
    /// - Throws: ``ServiceError``: 415 when the content type is not JSON, 400 when the body is missing or no JSON, 422
    ///   when its shape or its values are not those of `T`.
    public func body<T: Decodable>() throws -> T {
        guard let content, !content.bytes.isEmpty else {
            throw ServiceError(.badRequest, "\(endpoint) needs a JSON body of type \(T.self); the request has none.")
        }
        guard MediaType(content.contentType).isJSON else {
            throw ServiceError(
                .unsupportedMediaType,
                "\(endpoint) takes application/json, not '\(content.contentType)'. Send the header 'content-type: application/json'."
            )
        }
        do {
            return try ContractCoding.decode(T.self, from: content.bytes)
        } catch let error as DecodingError {
            throw DecodingProblem(error).serviceError(for: endpoint)
        }
    }

    /// Reads the body as it is.
    ///
    /// - Throws: ``ServiceError`` with status 400 when the request has no body.
    public func body() throws -> ContractFile {
        guard let content, !content.bytes.isEmpty else {
            throw ServiceError(.badRequest, "\(endpoint) needs a body; the request has none.")
        }
        return content
    }

    private func convert<T: ContractScalar>(_ text: String, _ place: String, _ name: String) throws -> T {
        guard let value = T(contractText: text) else {
            throw parameterError(
                place, name,
                "The \(place) parameter '\(name)' is '\(text.prefix(100))', which is not \(T.contractDescription).")
        }
        return value
    }

    private func missing(_ place: String, _ name: String, _ what: String) -> ServiceError {
        parameterError(place, name, "The \(place) parameter '\(name)' is missing; \(endpoint) needs it: \(what).")
    }

    private func parameterError(_ place: String, _ name: String, _ message: String) -> ServiceError {
        ServiceError(.badRequest, message, extensions: ["parameter": .string(name), "in": .string(place)])
    }
}
