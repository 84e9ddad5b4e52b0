/// Calls of one task for several elements, run one after the other in one message (Celery's `map` and `starmap`).
///
/// ```swift
/// let sizes = try await tasks.enqueue(map(files) { FileTasks.measure(file: $0) }).value()
/// ```
///
/// For many small calls it costs a fraction of a group. The value is the list of theirs; when one fails, all do, and a retry
/// begins with the first. What the task says of retries, expected errors, delivery, queue and priority is for all of them
/// together; its time limits and rate limit are not kept. No call may have callbacks, be unique or have limits over all
/// workers.
///
/// - Parameters:
///   - elements: The elements; without any, the value is an empty list.
///   - call: The call for one of them; always of the same task.
public func map<Element, Output>(
    _ elements: some Sequence<Element>, _ call: (Element) throws -> Signature<Output>
) rethrows -> Signature<[Output]> {
    MappedCalls(try elements.map(call)).signature
}

/// Calls of one task for several elements, of which each `size` are run in one message (Celery's `chunks`).
///
/// ```swift
/// let sizes = try await tasks.enqueue(chunks(files, of: 100) { FileTasks.measure(file: $0) }).value()
/// ```
///
/// It is a group of ``map(_:_:)``: the value is a list for each chunk.
///
/// - Parameters:
///   - elements: The elements.
///   - size: How many elements a message has; the last one has the rest. Sending throws when it is under 1.
///   - call: The call for one of them; always of the same task.
public func chunks<Element, Output>(
    _ elements: some Sequence<Element>, of size: Int, _ call: (Element) throws -> Signature<Output>
) rethrows -> Signature<[[Output]]> {
    let calls = try elements.map(call)
    let starts = stride(from: 0, to: calls.count, by: min(max(1, size), max(1, calls.count)))
    var signature = group(
        starts.map { MappedCalls(Array(calls[$0..<min(calls.count, $0 + min(max(1, size), calls.count))])).signature })
    if size < 1 {
        signature.problem = TaskError(.invalidArgument, "chunks of \(size) elements are none; use 1 or more")
    }
    return signature
}

/// Calls that become one call of `celery.map` or `celery.starmap`.
private struct MappedCalls<Output: Sendable> {
    let calls: [Signature<Output>]

    init(_ calls: [Signature<Output>]) { self.calls = calls }

    var signature: Signature<[Output]> {
        let decode = calls.map(\.decode)
        let problem = calls.lazy.compactMap(\.problem).first
        do throws(TaskError) {
            return Signature(canvas: .task(try call()), problem: problem) { value in
                guard let values = value.arrayValue, values.count == decode.count else {
                    throw TaskError(
                        .decodingFailed, "expected \(decode.count) values, found \(value.kind) (\(value.excerpt))")
                }
                return try values.enumerated().map { index, value in try decode[index](value) }
            }
        } catch {
            return Signature(canvas: .task(TaskCall(task: "celery.map")), problem: problem ?? error) { _ in [] }
        }
    }

    private func call() throws(TaskError) -> TaskCall {
        guard case .task(let first)? = calls.first?.canvas else {
            guard calls.isEmpty else { throw Self.unmapped("the first call is a chain, group or chord") }
            // There is no task to name, and nothing to run.
            return TaskCall(task: "celery.accumulate", arguments: [[]], keywords: ["index": 0], isImmutable: true)
        }
        var elements: [[JSONValue]] = []
        for call in calls { elements.append(try arguments(of: call, like: first)) }
        let isPlain = elements.allSatisfy { $0.count == 1 }
        return isPlain
            ? Mapping.map.call(of: first.task, elements.map { $0[0] }, first.options.forAll)
            : Mapping.starmap.call(of: first.task, elements.map(JSONValue.array), first.options.forAll)
    }

    /// The arguments by their positions, in the order in which they were given.
    private func arguments(of signature: Signature<Output>, like first: TaskCall) throws(TaskError) -> [JSONValue] {
        guard case .task(let call) = signature.canvas, call.task == first.task else {
            throw Self.unmapped("the first call is of task '\(first.task)', and another one is not")
        }
        let options = call.options
        guard options.link.isEmpty, options.linkError.isEmpty else {
            throw Self.unmapped("a call of task '\(call.task)' has callbacks; give them to the whole")
        }
        guard call.uniqueness == nil else {
            throw Self.unmapped("task '\(call.task)' is unique, and no call would be sent alone")
        }
        return call.arguments + signature.keywordNames.compactMap { call.keywords[$0] }
    }

    private static func unmapped(_ why: String) -> TaskError {
        TaskError(.invalidArgument, "calls cannot be run in one message: \(why)")
    }
}

extension CallOptions {
    /// What of the options of one call is for a message of several.
    fileprivate var forAll: CallOptions {
        var options = self
        options.taskID = nil
        options.timeLimit = .init()
        options.shadow = nil
        options.headers[ShadowName.header] = nil
        return options
    }
}
