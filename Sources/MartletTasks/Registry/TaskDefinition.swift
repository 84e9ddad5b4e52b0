/// A task a worker can run: its wire name, its parameters, its options and its code.
public struct TaskDefinition: Sendable {
    /// The code of a task: bound arguments in, JSON result out.
    public typealias Body = @Sendable (TaskArguments, TaskContext) async throws -> JSONValue

    /// The name on the wire, such as `billing.renderPDF`.
    public let name: String
    /// The parameters in order.
    public let parameters: [TaskParameter]
    /// How it is run.
    public let options: TaskOptions
    /// The code.
    public let body: Body
    /// How it runs another task, for the few that do.
    var mapping: Mapping?

    /// Makes a task of parts; ``TaskRegistry/register(_:options:parameters:run:)`` is the convenient way.
    public init(
        _ name: String,
        parameters: [TaskParameter] = [],
        options: TaskOptions = TaskOptions(),
        body: @escaping Body
    ) {
        self.name = name
        self.parameters = parameters
        self.options = options
        self.body = body
    }

    /// The same task with other options or other code.
    func with(options: TaskOptions? = nil, body: Body? = nil) -> TaskDefinition {
        var definition = TaskDefinition(
            name, parameters: parameters, options: options ?? self.options, body: body ?? self.body)
        definition.mapping = mapping
        return definition
    }

    /// Binds the arguments of a message to the parameters.
    ///
    /// - Throws: ``TaskError`` with code `argumentMismatch`.
    func bind(_ message: TaskMessage) throws(TaskError) -> TaskArguments {
        try TaskArguments(
            task: name, parameters: parameters, positional: message.arguments, keywords: message.keywords)
    }

    /// Runs the task with the arguments of a message.
    ///
    /// - Throws: ``TaskError`` with code `argumentMismatch`, or whatever the task throws.
    func run(_ message: TaskMessage, in context: TaskContext) async throws -> JSONValue {
        try await body(bind(message), context)
    }
}

/// A set of tasks that share what the worker gives them; `@Tasks` writes the conformance.
public protocol TaskSet: Sendable {
    /// The tasks, each bound to this instance; called once, when they are registered.
    var taskDefinitions: [TaskDefinition] { get }
}
