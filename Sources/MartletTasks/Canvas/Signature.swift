public import Foundation

/// A call of a task as a value: what to run, with which arguments and options, and what it will return.
///
/// Signatures are made by the static functions that `@Tasks` generates, combined by ``chain(_:_:)``, ``group(_:)`` and
/// ``chord(_:_:)``, and sent by ``TaskClient/enqueue(_:countdown:eta:expires:queue:priority:headers:taskID:)``.
public struct Signature<Output: Sendable>: Sendable {
    /// The call without its type.
    public var canvas: Canvas
    /// Reads the result.
    package let decode: @Sendable (JSONValue) throws -> Output
    /// An argument that could not be encoded; sending throws it.
    package var problem: TaskError?

    package init(
        canvas: Canvas, problem: TaskError? = nil, decode: @escaping @Sendable (JSONValue) throws -> Output
    ) {
        self.canvas = canvas
        self.problem = problem
        self.decode = decode
    }
}

extension Signature where Output: Decodable {
    /// Makes a call of the task registered as `task`; an argument that cannot be encoded is reported when it is sent.
    public init(
        task: String,
        arguments: [any Encodable & Sendable] = [],
        keywords: [String: any Encodable & Sendable] = [:],
        options: TaskOptions = TaskOptions()
    ) {
        let call = EncodedCall(task: task, arguments: arguments, keywords: keywords, options: options)
        self.init(canvas: .task(call.value), problem: call.problem) { try $0.decode(Output.self) }
    }
}

extension Signature where Output == Void {
    /// Makes a call of a task that returns nothing.
    public init(
        task: String,
        arguments: [any Encodable & Sendable] = [],
        keywords: [String: any Encodable & Sendable] = [:],
        options: TaskOptions = TaskOptions()
    ) {
        let call = EncodedCall(task: task, arguments: arguments, keywords: keywords, options: options)
        self.init(canvas: .task(call.value), problem: call.problem) { _ in }
    }
}

/// A call of a task that still lacks its first argument: the result of the step before it in a chain or chord.
public struct PartialSignature<Input: Sendable, Output: Sendable>: Sendable {
    /// The call without its type.
    public var canvas: Canvas
    package let decode: @Sendable (JSONValue) throws -> Output
    package var problem: TaskError?

    package init(
        canvas: Canvas, problem: TaskError? = nil, decode: @escaping @Sendable (JSONValue) throws -> Output
    ) {
        self.canvas = canvas
        self.problem = problem
        self.decode = decode
    }
}

extension PartialSignature where Output: Decodable {
    /// Makes a call whose first argument comes from the step before it.
    public init(
        task: String,
        arguments: [any Encodable & Sendable] = [],
        keywords: [String: any Encodable & Sendable] = [:],
        options: TaskOptions = TaskOptions()
    ) {
        let call = EncodedCall(task: task, arguments: arguments, keywords: keywords, options: options)
        self.init(canvas: .task(call.value), problem: call.problem) { try $0.decode(Output.self) }
    }
}

extension PartialSignature where Output == Void {
    /// Makes a call that returns nothing and whose first argument comes from the step before it.
    public init(
        task: String,
        arguments: [any Encodable & Sendable] = [],
        keywords: [String: any Encodable & Sendable] = [:],
        options: TaskOptions = TaskOptions()
    ) {
        let call = EncodedCall(task: task, arguments: arguments, keywords: keywords, options: options)
        self.init(canvas: .task(call.value), problem: call.problem) { _ in }
    }
}

extension Signature {
    /// The same call with other options; what is `nil` stays as it is (Celery's `Signature.set`).
    public func set(
        queue: String? = nil,
        priority: TaskPriority? = nil,
        countdown: Duration? = nil,
        eta: Date? = nil,
        expires: Duration? = nil,
        headers: [String: JSONValue] = [:]
    ) -> Signature {
        var copy = self
        copy.canvas.options.set(
            queue: queue, priority: priority, countdown: countdown, eta: eta, expires: expires, headers: headers)
        return copy
    }

    /// The same call, followed on success by another that gets its result (Celery's `link`).
    ///
    /// On a chain it follows the last step, on a group every member.
    public func onSuccess<Next>(_ next: PartialSignature<Output, Next>) -> Signature {
        linking { $0.link.append(next.canvas) }
    }

    /// The same call, followed on failure by another that gets the id of the failed task (Celery's `link_error`).
    public func onError<Next>(_ next: PartialSignature<String, Next>) -> Signature {
        linkingAll { $0.linkError.append(next.canvas) }
    }

    private func linking(_ change: (inout CallOptions) -> Void) -> Signature {
        var copy = self
        copy.canvas.changeLastCalls(change)
        return copy
    }

    private func linkingAll(_ change: (inout CallOptions) -> Void) -> Signature {
        var copy = self
        copy.canvas.changeCalls(change)
        return copy
    }
}

extension CallOptions {
    mutating func set(
        queue: String?, priority: TaskPriority?, countdown: Duration?, eta: Date?, expires: Duration?,
        headers: [String: JSONValue]
    ) {
        if let queue { self.queue = queue }
        if let priority { self.priority = priority.rawValue }
        if let countdown { self.countdown = countdown.inSeconds }
        if let eta { self.eta = eta }
        if let expires { self.expiresAfter = expires.inSeconds }
        self.headers.merge(headers) { $1 }
    }
}

extension Canvas {
    /// Changes the options of every task in it.
    mutating func changeCalls(_ change: (inout CallOptions) -> Void) {
        switch self {
        case .task(var call):
            change(&call.options)
            self = .task(call)
        case .chain(var steps, let options):
            for index in steps.indices { steps[index].changeCalls(change) }
            self = .chain(steps, options)
        case .group(var members, let options):
            for index in members.indices { members[index].changeCalls(change) }
            self = .group(members, options)
        case .chord(var header, var body, let options):
            for index in header.indices { header[index].changeCalls(change) }
            body.changeCalls(change)
            self = .chord(header: header, body: body, options)
        }
    }

    /// Changes the options of the task or tasks that end it.
    mutating func changeLastCalls(_ change: (inout CallOptions) -> Void) {
        switch self {
        case .task, .group: changeCalls(change)
        case .chain(var steps, let options):
            if !steps.isEmpty { steps[steps.count - 1].changeLastCalls(change) }
            self = .chain(steps, options)
        case .chord(let header, var body, let options):
            body.changeLastCalls(change)
            self = .chord(header: header, body: body, options)
        }
    }

    /// Changes the options of the tasks that start it.
    mutating func changeFirstCalls(_ change: (inout CallOptions) -> Void) {
        switch self {
        case .task, .group: changeCalls(change)
        case .chain(var steps, let options):
            if !steps.isEmpty { steps[0].changeFirstCalls(change) }
            self = .chain(steps, options)
        case .chord(var header, var body, let options):
            if header.isEmpty { body.changeFirstCalls(change) }
            for index in header.indices { header[index].changeFirstCalls(change) }
            self = .chord(header: header, body: body, options)
        }
    }
}
