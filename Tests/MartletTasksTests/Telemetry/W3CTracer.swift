import InMemoryTracing
import Synchronization
import Tracing

/// A tracer that keeps its spans in memory and carries them in the headers of W3C's trace context.
struct W3CTracer: Tracer {
    private let spans = InMemoryTracer(idGenerator: .hexadecimal, recordInjections: false, recordExtractions: false)

    /// The spans that have ended, by name.
    func spans(named name: String) -> [FinishedInMemorySpan] { all.filter { $0.operationName == name } }

    /// The spans that have ended, in the order of their end.
    var all: [FinishedInMemorySpan] { spans.finishedSpans }

    func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> InMemorySpan {
        spans.startSpan(
            operationName, context: context(), ofKind: kind, at: instant(), function: function, file: fileID, line: line
        )
    }

    func forceFlush() {}

    func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let span = context.inMemorySpanContext else { return }
        injector.inject("00-\(span.traceID)-\(span.spanID)-01", forKey: "traceparent", into: &carrier)
        injector.inject("martlet=1", forKey: "tracestate", into: &carrier)
    }

    func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        guard let parts = extractor.extract(key: "traceparent", from: carrier)?.split(separator: "-"), parts.count == 4
        else { return }
        context.inMemorySpanContext = InMemorySpanContext(
            traceID: String(parts[1]), spanID: String(parts[2]), parentSpanID: nil)
    }
}

extension InMemoryTracer.IDGenerator {
    /// Counts, in the lengths that trace context wants.
    fileprivate static var hexadecimal: Self {
        final class Count: Sendable {
            private let last = Mutex(0)
            func next(_ length: Int) -> String {
                let number = last.withLock { last in
                    last += 1
                    return last
                }
                let digits = String(number, radix: 16)
                return String(repeating: "0", count: length - digits.count) + digits
            }
        }
        let count = Count()
        return Self(nextTraceID: { count.next(32) }, nextSpanID: { count.next(16) })
    }
}
