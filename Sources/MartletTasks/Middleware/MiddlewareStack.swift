/// Calls the middleware of an array one inside of the other, the first outermost.
///
/// With an empty array it does what is inside and nothing else.
struct MiddlewareStack: Sendable {
    private let layers: [any TaskMiddleware]

    init(_ layers: [any TaskMiddleware] = []) { self.layers = layers }

    var isEmpty: Bool { layers.isEmpty }

    /// Publishes through all layers.
    ///
    /// - Throws: What a layer or `send` throws; ``TaskError`` with code `invalidArgument` when a layer has changed ids.
    func publish(
        _ messages: [TaskMessage], send: ([TaskMessage]) async throws -> [String: String]
    ) async throws -> [String: String] {
        if isEmpty { return try await send(messages) }
        return try await publish(messages, from: 0) { changed in
            guard changed.elementsEqual(messages, by: { $0.id == $1.id }) else {
                throw TaskError(
                    .invalidArgument,
                    """
                    a middleware hands on the ids \(changed.map(\.id)) in place of \(messages.map(\.id)); it may change \
                    headers and arguments, and refuse by throwing
                    """)
            }
            return PublishedMessages(holders: try await send(changed))
        }.holders
    }

    private func publish(
        _ messages: [TaskMessage], from index: Int, send: ([TaskMessage]) async throws -> PublishedMessages
    ) async throws -> PublishedMessages {
        guard index < layers.count else { return try await send(messages) }
        return try await layers[index].publish(messages) { try await publish($0, from: index + 1, send: send) }
    }

    /// Runs a task through all layers.
    func run(
        _ context: TaskContext, from index: Int = 0, task: () async throws -> JSONValue
    ) async throws -> JSONValue {
        guard index < layers.count else { return try await task() }
        return try await layers[index].run(context) { try await run(context, from: index + 1, task: task) }
    }

    /// Tells all layers of an end, the innermost first; `fail` is told what one throws, and the others are told still.
    func ended(_ delivery: EndedDelivery, fail: (any TaskMiddleware, any Error) -> Void) async {
        for layer in layers.reversed() {
            do {
                try await layer.ended(delivery)
            } catch {
                fail(layer, error)
            }
        }
    }
}
