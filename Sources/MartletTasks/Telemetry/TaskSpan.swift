import Foundation
import ServiceContextModule
import Tracing

/// The span of sending or running tasks.
struct TaskSpan: Sendable {
    private let span: any Span

    init(_ span: any Span) { self.span = span }

    /// What is inside of it is to have this context.
    var context: ServiceContext { span.context }

    func set(_ name: String, _ value: SpanAttribute) { span.attributes.set(name, value: value) }

    /// Says which task it is about.
    func describe(_ message: TaskMessage) {
        set("messaging.message.id", .string(message.id))
        set("messaging.message.conversation_id", .string(message.headers.rootID ?? message.id))
        set("messaging.martlet.task.name", .string(message.task))
    }

    /// Notes an error; what a task throws to be run later, or that nothing is said, is none.
    func fail(_ error: any Error) {
        if error is Snooze || error is Ignore || error is Replace || error is HandBack { return }
        set("error.type", .string(TaskFailure(error).type))
        span.recordError(error)
        span.setStatus(SpanStatus(code: .error, message: "\(error)"))
    }

    func end(at now: Date) { span.end(at: now.tracerInstant) }
}

extension Date {
    /// The moment as tracers have it.
    var tracerInstant: DefaultTracerClock.Timestamp {
        DefaultTracerClock.Timestamp(nanosecondsSinceEpoch: UInt64(max(0, min(timeIntervalSince1970, 1e10)) * 1e9))
    }
}
