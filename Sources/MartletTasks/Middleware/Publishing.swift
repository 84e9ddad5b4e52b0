import ServiceContextModule

/// What comes with publishing wherever the messages go: the span, the trace in the headers, the middleware, the count.
struct Publishing: Sendable {
    private let middleware: MiddlewareStack
    private let tracing: TaskTracing?
    private let metrics: PublishMetrics?
    private let time: TimeSource

    /// `nil` when there is none of it.
    init?(_ client: TaskClient) {
        tracing = TaskTracing(client.options.tracer)
        guard tracing != nil || client.metrics != nil || !client.options.middleware.isEmpty else { return nil }
        middleware = MiddlewareStack(client.options.middleware)
        metrics = client.metrics
        time = client.time
    }

    /// Publishes through all of it; what is thrown comes from a middleware or from `send`.
    ///
    /// - Parameters:
    ///   - messages: What is to be published.
    ///   - cause: The headers of the message whose task brings them about, when that does not run any more.
    ///   - send: Publishes, and returns who holds the locks of what was not taken.
    func publish(
        _ messages: [TaskMessage], after cause: TraceHeaders? = nil,
        send: ([TaskMessage]) async throws -> [String: String]
    ) async throws -> [String: String] {
        guard !messages.isEmpty else { return try await send(messages) }
        do {
            let holders = try await traced(messages, after: cause, send: send)
            metrics?.published(messages, holders: holders)
            return holders
        } catch {
            metrics?.failed(messages)
            throw error
        }
    }

    private func traced(
        _ messages: [TaskMessage], after cause: TraceHeaders?, send: ([TaskMessage]) async throws -> [String: String]
    ) async throws -> [String: String] {
        guard let tracing else { return try await middleware.publish(messages, send: send) }
        let span = tracing.startSending(messages, after: cause, at: time.now)
        defer { span.end(at: time.now) }
        let headers = tracing.headers(of: span.context)
        let traced = messages.map { $0.carrying(headers) }
        do {
            return try await ServiceContext.$current.withValue(span.context) {
                try await middleware.publish(traced, send: send)
            }
        } catch {
            span.fail(error)
            throw error
        }
    }
}

extension TaskClient {
    /// Publishes messages by `send` as `enqueue` does: traced, counted and through the middleware.
    package func publishing(
        _ messages: [TaskMessage], send: ([TaskMessage]) async throws -> [String: String]
    ) async throws -> [String: String] {
        guard let publishing = Publishing(self) else { return try await send(messages) }
        return try await publishing.publish(messages, send: send)
    }
}
