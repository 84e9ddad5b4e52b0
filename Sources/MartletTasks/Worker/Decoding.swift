/// First step: from the bytes a broker has delivered to a task this worker knows.
struct Decoding: Sendable {
    let registry: TaskRegistry
    var stopping = Signal<Void>()

    func decode(_ received: ReceivedMessage) -> Step<Job> {
        let message: TaskMessage
        do throws(TaskError) {
            message = try TaskMessage(wire: received.message)
        } catch {
            return .end(.failed(TaskFailure(error), .undecodable))
        }
        guard var definition = registry[message.task] else {
            return .end(.failed(.notRegistered(message.task), .unknownTask))
        }
        if let mapping = definition.mapping, let name = mapping.task(in: message) {
            guard let inner = registry[name] else { return .end(.failed(.notRegistered(name), .unknownTask)) }
            definition = mapping.definition(running: inner, as: definition)
        }
        return .next(Job(received: received, message: message, definition: definition, stopping: stopping))
    }
}
