public import Foundation
import ServiceContextModule

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A signature ready to be sent: its messages, and where its result will be.
public struct PreparedSignature<Output: Sendable>: Sendable {
    /// All messages that start it.
    public let messages: [TaskMessage]
    /// Its result, once the messages are published.
    public let result: AsyncResult<Output>
}

extension TaskClient {
    /// Makes the messages of a signature without sending them; the parameters are those of `enqueue`.
    ///
    /// Inside of a running task the messages name it as their parent, and its root and request as theirs.
    ///
    /// - Throws: ``TaskError`` with code `encodingFailed`, `invalidArgument` or `messageTooLarge`.
    public func prepare<Output>(
        _ signature: Signature<Output>,
        countdown: Duration? = nil,
        eta: Date? = nil,
        expires: Duration? = nil,
        queue: String? = nil,
        priority: TaskPriority? = nil,
        headers: [String: JSONValue] = [:],
        taskID: String? = nil
    ) throws -> PreparedSignature<Output> {
        if let problem = signature.problem { throw problem }
        var canvas = signature.canvas
        if let taskID { canvas = canvas.identified(by: taskID) }
        canvas = canvas.frozen(makeID: options.makeID ?? { TaskID.make(at: time.now, from: options.random) })
        canvas.set(
            queue: queue, priority: priority, countdown: countdown, eta: eta, expires: expires, headers: headers)
        if let taskID { canvas.markAsRepeated(taskID) }
        if let priority = impliedPriority {
            canvas.changeAllCalls { $0.priority = $0.priority ?? priority }
        }
        try canvas.validate(at: time.now, content: ContentDefaults(options))
        try canvas.checkBackend(results)
        let messages = try publication.messages(for: canvas)
        for message in messages { try check(message) }
        if let run = TaskContext.current?.run {
            let hidden = Set(canvas.calls.filter { !$0.options.addsToParent }.compactMap(\.options.taskID))
            run.add(children: messages.map(\.id).filter { !hidden.contains($0) })
        }
        return PreparedSignature(
            messages: messages,
            result: AsyncResult(shape: ResultShape(canvas), client: self, decode: signature.decode))
    }

    /// The priority of what names none: that of the running task, or the client's default.
    var impliedPriority: Int? {
        let inherited = options.inheritsPriority ? TaskContext.current?.message.properties.priority : nil
        return inherited ?? options.defaultPriority?.rawValue
    }

    private var publication: CanvasPublication {
        let parent = TaskContext.current
        return CanvasPublication(
            now: time.now, rootID: parent?.rootID, parentID: parent?.id,
            requestID: ServiceContext.current?.requestID ?? parent?.requestID, origin: Self.origin,
            defaultQueue: options.defaultQueue, argumentsTextLimit: options.argumentsTextLimit,
            content: ContentDefaults(options))
    }

    func check(_ message: TaskMessage) throws(TaskError) {
        // Written out only when it may be too large, since it is written again when it is published. How large one in
        // another form is comes out then, before anything is sent.
        guard message.isPlainJSON, message.mayExceed(options.messageSizeLimit) else { return }
        try checkSize(message.wire.size, of: message)
    }

    /// The process as Celery names it in the header `origin`.
    static let origin = "gen\(getpid())@\(HostName.current)"
}

extension Canvas {
    /// Marks the task whose id the caller has chosen: the caller may have sent it before.
    fileprivate mutating func markAsRepeated(_ taskID: String) {
        changeLastCalls { options in
            if options.taskID == taskID { options.headers[TaskHeaders.repeatedHeader] = true }
        }
    }
}
