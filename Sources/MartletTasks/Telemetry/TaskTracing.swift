import Foundation
import ServiceContextModule
import Tracing

/// The headers that carry a trace: with W3C's trace context `traceparent` and `tracestate`.
struct TraceHeaders: Sendable, Hashable {
    var values: [String: String]

    init(values: [String: String] = [:]) { self.values = values }

    /// All headers of a message that may carry one.
    init(of message: TaskMessage) { values = message.headers.custom.compactMapValues(\.stringValue) }
}

/// Makes the spans of tasks, named after OpenTelemetry's conventions for messaging.
///
/// It decides nothing about what a trace looks like in the headers; that does the instrument.
struct TaskTracing: Sendable {
    private let tracer: any Tracer
    private let instrument: any Instrument

    /// By a tracer, or by what ``Tracing/InstrumentationSystem`` was bootstrapped with; `nil` if that is nothing.
    init?(_ tracer: (any Tracer)?) {
        if let tracer {
            self.tracer = tracer
            instrument = tracer
            return
        }
        instrument = InstrumentationSystem.instrument
        if instrument is NoOpInstrument { return nil }
        self.tracer = InstrumentationSystem.tracer
    }

    /// Begins the span of sending messages, inside of the current one, or of the trace that `cause` carries.
    func startSending(_ messages: [TaskMessage], after cause: TraceHeaders?, at now: Date) -> TaskSpan {
        let parent = cause.map { context(of: $0) } ?? .current ?? .topLevel
        let queues = Set(messages.map(\.queue))
        let queue = queues.count == 1 ? queues.first : nil
        let span = start("send", queue, in: parent, .producer, at: now)
        if messages.count == 1, let message = messages.first {
            span.describe(message)
        } else {
            span.set("messaging.batch.message_count", .int64(Int64(messages.count)))
        }
        return span
    }

    /// Begins the span of running a task, which goes on with the trace its message carries.
    func startProcessing(_ message: TaskMessage, attempt: Int, in context: ServiceContext, at now: Date) -> TaskSpan {
        var context = context
        instrument.extract(message.headers, into: &context, using: HeaderExtractor())
        let span = start("process", message.queue, in: context, .consumer, at: now)
        span.describe(message)
        span.set("messaging.martlet.task.retries", .int64(Int64(message.headers.retries)))
        span.set("messaging.martlet.task.attempt", .int64(Int64(attempt)))
        return span
    }

    /// The headers that carry a span to where it is gone on with.
    func headers(of context: ServiceContext) -> TraceHeaders {
        var headers = TraceHeaders()
        instrument.inject(context, into: &headers, using: HeaderInjector())
        return headers
    }

    private func context(of headers: TraceHeaders) -> ServiceContext {
        var context = ServiceContext.current ?? .topLevel
        instrument.extract(headers, into: &context, using: TraceHeaders.Extractor())
        return context
    }

    private func start(
        _ operation: String, _ queue: String?, in context: ServiceContext, _ kind: SpanKind, at now: Date
    ) -> TaskSpan {
        let name = queue.map { "\(operation) \($0)" } ?? operation
        let span = TaskSpan(tracer.startSpan(name, context: context, ofKind: kind, at: now.tracerInstant))
        span.set("messaging.system", .string("martlet"))
        span.set("messaging.operation.name", .string(operation))
        span.set("messaging.operation.type", .string(operation))
        if let queue { span.set("messaging.destination.name", .string(queue)) }
        return span
    }
}

extension TaskMessage {
    /// The message with further headers.
    func carrying(_ trace: TraceHeaders) -> TaskMessage {
        var message = self
        for (key, value) in trace.values { message.headers.custom[key] = .string(value) }
        return message
    }
}

private struct HeaderExtractor: Extractor {
    func extract(key: String, from headers: TaskHeaders) -> String? { headers.custom[key]?.stringValue }
}

private struct HeaderInjector: Injector {
    func inject(_ value: String, forKey key: String, into headers: inout TraceHeaders) { headers.values[key] = value }
}

extension TraceHeaders {
    fileprivate struct Extractor: Tracing.Extractor {
        func extract(key: String, from headers: TraceHeaders) -> String? { headers.values[key] }
    }
}
