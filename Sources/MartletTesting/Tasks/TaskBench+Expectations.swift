import Foundation
public import MartletTasks

extension TaskBench {
    /// Throws unless a call was sent since the bench was made, by the test or by a task, with these arguments.
    ///
    /// ```swift
    /// try bench.expectEnqueued(BillingTasks.renderPDF(invoice: 7), on: "pdf", in: .seconds(60))
    /// ```
    ///
    /// - Parameters:
    ///   - call: The call of one task.
    ///   - queue: The queue it was sent to, if that matters.
    ///   - countdown: How long after sending it was to run, if that matters; zero is at once.
    /// - Throws: ``UnmetExpectation``, which tells what was sent instead.
    public func expectEnqueued<Output>(
        _ call: Signature<Output>, on queue: String? = nil, in countdown: Duration? = nil,
        fileID: String = #fileID, line: Int = #line
    ) throws {
        let expected = try EnqueuedCall(
            call, queue: queue, countdown: countdown, content: client.options.content)
        guard !broker.publications.contains(where: expected.matches) else { return }
        throw UnmetExpectation("expected \(expected) to be enqueued\(sent)", fileID: fileID, line: line)
    }

    /// Throws if a call was sent since the bench was made.
    ///
    /// - Throws: ``UnmetExpectation``.
    public func refuteEnqueued<Output>(
        _ call: Signature<Output>, on queue: String? = nil, fileID: String = #fileID, line: Int = #line
    ) throws {
        let refuted = try EnqueuedCall(call, queue: queue, countdown: nil, content: client.options.content)
        guard broker.publications.contains(where: refuted.matches) else { return }
        throw UnmetExpectation("expected \(refuted) not to be enqueued\(sent)", fileID: fileID, line: line)
    }

    private var sent: String {
        let list = broker.publications.map { "  \(EnqueuedCall.text(of: $0, client.options.content))" }
        return list.isEmpty ? ", but nothing was" : "; these were:\n" + list.joined(separator: "\n")
    }
}

/// What a test expected of tasks, and what was there instead.
public struct UnmetExpectation: Error, CustomStringConvertible {
    /// What was expected and what was there.
    public let message: String
    /// Where: module, file and line.
    public let location: String
    /// Message and place.
    public var description: String { "\(message)\n  at \(location)" }

    init(_ message: String, fileID: String, line: Int) {
        self.message = message
        location = "\(fileID):\(line)"
    }
}

/// A call to look for among what was published.
private struct EnqueuedCall: CustomStringConvertible {
    let call: TaskCall
    let queue: String?
    let countdown: Duration?
    let content: ContentRegistry

    init<Output>(
        _ signature: Signature<Output>, queue: String?, countdown: Duration?, content: ContentRegistry
    ) throws {
        guard case .task(let call) = signature.canvas else {
            throw TaskError(.invalidArgument, "expect one call at a time, not a chain, group or chord")
        }
        self.call = call
        self.queue = queue
        self.countdown = countdown
        self.content = content
    }

    func matches(_ publication: FaultyBroker.Publication) -> Bool {
        guard let message = try? TaskMessage(wire: publication.message, content: content), message.task == call.task,
            message.arguments == call.arguments, message.keywords == call.keywords,
            queue.map({ $0 == message.queue }) ?? true
        else { return false }
        guard let countdown else { return true }
        return abs(Self.delay(of: publication) - countdown.inSeconds) < 0.001
    }

    var description: String {
        var text = "\(call.task)\(Self.text(call.arguments, call.keywords))"
        if let queue { text += " on '\(queue)'" }
        if let countdown { text += " in \(countdown.inSeconds) s" }
        return text
    }

    static func text(of publication: FaultyBroker.Publication, _ content: ContentRegistry) -> String {
        guard let message = try? TaskMessage(wire: publication.message, content: content) else {
            return publication.message.id
        }
        let delay = delay(of: publication)
        return "\(message.task)\(text(message.arguments, message.keywords)) on '\(message.queue)'"
            + (delay > 0 ? " in \(delay) s" : "")
    }

    private static func delay(of publication: FaultyBroker.Publication) -> Double {
        publication.message.eta?.timeIntervalSince(publication.date) ?? 0
    }

    private static func text(_ arguments: [JSONValue], _ keywords: [String: JSONValue]) -> String {
        let named = keywords.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        return "(" + (arguments.map(\.description) + named).joined(separator: ", ") + ")"
    }
}
