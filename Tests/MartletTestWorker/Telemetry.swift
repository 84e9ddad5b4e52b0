import Foundation
import InMemoryTracing
import MartletTasks
import Tracing

// What the variable TRACE turns on: spans, and a middleware that shows where it is called.

/// Puts the id of its process before what the task `trace` returns, and tells which span what follows it is sent in.
struct Showing: TaskMiddleware {
    func run(_ context: TaskContext, next: () async throws -> JSONValue) async throws -> JSONValue {
        let value = try await next()
        return context.task == "trace" ? [.integer(Int(getpid())), value] : value
    }

    func publish(
        _ messages: [TaskMessage], next: ([TaskMessage]) async throws -> PublishedMessages
    ) async throws -> PublishedMessages {
        say("publishing after \(ServiceContext.current?.inMemorySpanContext?.parentSpanID ?? "nothing")")
        return try await next(messages)
    }

    func ended(_ delivery: EndedDelivery) async throws { say("ended \(delivery.task ?? "?") in \(getpid())") }
}

enum Telemetry {
    static let isOn = ProcessInfo.processInfo.environment["TRACE"] != nil
    static let tracer = InMemoryTracer(
        idGenerator: .init(
            nextTraceID: { "trace-\(getpid())" }, nextSpanID: { "\(getpid())-\(UInt32.random(in: 0 ... .max))" }))

    /// Trace, span and parent of the running task.
    static var span: JSONValue {
        let span = ServiceContext.current?.inMemorySpanContext
        return [.string(span?.traceID ?? ""), .string(span?.spanID ?? ""), .string(span?.parentSpanID ?? "")]
    }
}
