/// A call of a task as a value: what to run, with which arguments and options, and what it will return.
///
/// Signatures are made by the static functions that `@Tasks` generates, combined by ``chain(_:_:)``, ``group(_:)`` and
/// ``chord(_:_:)``, and sent by ``TaskClient/enqueue(_:countdown:eta:expires:queue:priority:headers:taskID:)``.
/// What is not a parameter of that is set on the signature: ``set(queue:priority:countdown:eta:expires:expiresAt:timeLimit:softTimeLimit:ignoresResult:shadow:replyTo:addsToParent:serializer:compression:headers:)``,
/// ``stamp(_:)``, ``onSuccess(_:)`` and ``onError(_:)``.
public struct Signature<Output: Sendable>: Sendable {
    /// The call without its type.
    public var canvas: Canvas
    /// Reads the result.
    package let decode: @Sendable (JSONValue) throws -> Output
    /// An argument that could not be encoded; sending throws it.
    package var problem: TaskError?
    /// The keyword arguments as they were given, in the order of the task's parameters.
    private var keywords: KeyValuePairs<String, any Encodable & Sendable> = [:]

    /// The names of the keyword arguments in the order of the task's parameters.
    var keywordNames: [String] { keywords.map(\.key) }

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
    ///
    /// Keyword arguments are given in the order of the task's parameters, as ``map(_:_:)`` needs it.
    ///
    /// - Parameter parameters: The names of the positional arguments, for a task that is unique by them or shown with them.
    public init(
        task: String,
        arguments: [any Encodable & Sendable] = [],
        keywords: KeyValuePairs<String, any Encodable & Sendable> = [:],
        options: TaskOptions = TaskOptions(),
        parameters: [String] = []
    ) {
        let call = EncodedCall(
            task: task, arguments: arguments, keywords: keywords, options: options, parameters: parameters)
        self.init(canvas: .task(call.value), problem: call.problem) { try $0.decode(Output.self) }
        self.keywords = keywords
    }
}

extension Signature where Output == Void {
    /// Makes a call of a task that returns nothing.
    public init(
        task: String,
        arguments: [any Encodable & Sendable] = [],
        keywords: KeyValuePairs<String, any Encodable & Sendable> = [:],
        options: TaskOptions = TaskOptions(),
        parameters: [String] = []
    ) {
        let call = EncodedCall(
            task: task, arguments: arguments, keywords: keywords, options: options, parameters: parameters)
        self.init(canvas: .task(call.value), problem: call.problem) { _ in }
        self.keywords = keywords
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
        keywords: KeyValuePairs<String, any Encodable & Sendable> = [:],
        options: TaskOptions = TaskOptions(),
        parameters: [String] = []
    ) {
        let call = EncodedCall(
            task: task, arguments: arguments, keywords: keywords, options: options, parameters: parameters)
        self.init(canvas: .task(call.value), problem: call.problem) { try $0.decode(Output.self) }
    }
}

extension PartialSignature where Output == Void {
    /// Makes a call that returns nothing and whose first argument comes from the step before it.
    public init(
        task: String,
        arguments: [any Encodable & Sendable] = [],
        keywords: KeyValuePairs<String, any Encodable & Sendable> = [:],
        options: TaskOptions = TaskOptions(),
        parameters: [String] = []
    ) {
        let call = EncodedCall(
            task: task, arguments: arguments, keywords: keywords, options: options, parameters: parameters)
        self.init(canvas: .task(call.value), problem: call.problem) { _ in }
    }
}
