/// First step: from the bytes a broker has delivered to a task this worker knows.
struct Decoding: Sendable {
    let registry: TaskRegistry
    /// What the bodies of messages may be.
    let content: ContentRegistry
    var stopping = Signal<Void>()

    func decode(_ received: ReceivedMessage) -> Step<Job> {
        let message: TaskMessage
        do throws(TaskError) {
            message = try TaskMessage(wire: received.message, content: content)
        } catch {
            let failure = error.code == .contentDisallowed ? .contentDisallowed(error.message) : TaskFailure(error)
            return .end(.failed(failure, .undecodable))
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
