public import ServiceContextModule

private enum RequestIDKey: ServiceContextKey {
    typealias Value = String
    static var nameOverride: String? { "request_id" }
}

extension ServiceContext {
    /// The id of the request that work is done for; it follows into tasks as the header `request_id`.
    public var requestID: String? {
        get { self[RequestIDKey.self] }
        set { self[RequestIDKey.self] = newValue }
    }
}
