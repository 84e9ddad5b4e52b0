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
        guard let definition = registry[message.task] else {
            return .end(.failed(.notRegistered(message.task), .unknownTask))
        }
        return .next(Job(received: received, message: message, definition: definition, stopping: stopping))
    }
}
