/// The tasks a worker knows, by name.
///
/// ```swift
/// var registry = TaskRegistry()
/// registry.register("tasks.add") { (x: Int, y: Int) in x + y }
/// registry.register(BillingTasks(database: database))
/// ```
public struct TaskRegistry: Sendable {
    private var definitions: [String: TaskDefinition] = [:]
    private(set) var duplicates: Set<String> = []

    /// Makes a registry with the tasks that every Celery worker has for canvases: `celery.accumulate`, `celery.map`,
    /// `celery.starmap` and `celery.chunks`.
    public init() {
        let accumulate = TaskDefinition(
            "celery.accumulate", parameters: [TaskParameter("list"), TaskParameter("index", isOptional: true)]
        ) { arguments, _ in try arguments.value(0) }
        definitions[accumulate.name] = accumulate
        for mapping in Mapping.allCases { definitions[mapping.rawValue] = mapping.definition }
    }

    /// The names of the tasks every registry has.
    package static let builtInNames = Set(TaskRegistry().names)

    /// The names of all tasks, sorted.
    public var names: [String] { definitions.keys.sorted() }

    /// The task of a name, or `nil`.
    public subscript(name: String) -> TaskDefinition? { definitions[name] }

    /// Adds a task; a second one of the same name is an error that ``Worker`` reports when it starts.
    public mutating func register(_ definition: TaskDefinition) {
        if definitions.updateValue(definition, forKey: definition.name) != nil { duplicates.insert(definition.name) }
    }

    /// Adds all tasks of a set.
    public mutating func register(_ tasks: some TaskSet) {
        for definition in tasks.taskDefinitions { register(definition) }
    }

    /// The same tasks, with the worker's limits for those that have none of their own.
    func withDefaults(of worker: WorkerOptions) -> TaskRegistry {
        var registry = self
        registry.definitions = definitions.mapValues { definition in
            var options = definition.options
            options.timeLimit = options.timeLimit ?? worker.timeLimit
            options.softTimeLimit = options.softTimeLimit ?? worker.softTimeLimit
            options.rateLimit = worker.disablesRateLimits ? nil : options.rateLimit ?? worker.defaultRateLimit
            return definition.with(options: options)
        }
        return registry
    }
}

extension TaskRegistry {
    /// The same tasks with other code; a test bench sees each run by it.
    package func mapBodies(_ change: (@escaping TaskDefinition.Body) -> TaskDefinition.Body) -> TaskRegistry {
        var registry = self
        registry.definitions = definitions.mapValues { definition in
            definition.with(body: change(definition.body))
        }
        return registry
    }
}

// MARK: - Closures

// The closures are `@concurrent`: a closure of several parameters that becomes a function over a parameter pack with
// inherited isolation crashes the Swift 6.3 compiler, and a worker runs tasks off any actor anyway.

extension TaskRegistry {
    /// Adds a closure as a task; its arguments are bound by position, and by name where `parameters` gives names.
    public mutating func register<each Argument: Decodable & Sendable, Output: Encodable & SendableMetatype>(
        _ name: String,
        options: TaskOptions = TaskOptions(),
        parameters: [String] = [],
        run: @concurrent @escaping @Sendable (repeat each Argument) async throws -> Output
    ) {
        let names = Self.parameters(named: parameters, for: repeat (each Argument).self)
        register(
            TaskDefinition(name, parameters: names, options: options) { arguments, _ in
                var index = -1
                return try JSONValue.encoding(
                    try await run(repeat try arguments.advance(&index, as: (each Argument).self)))
            })
    }

    /// Adds a closure that returns nothing.
    public mutating func register<each Argument: Decodable & Sendable>(
        _ name: String,
        options: TaskOptions = TaskOptions(),
        parameters: [String] = [],
        run: @concurrent @escaping @Sendable (repeat each Argument) async throws -> Void
    ) {
        let names = Self.parameters(named: parameters, for: repeat (each Argument).self)
        register(
            TaskDefinition(name, parameters: names, options: options) { arguments, _ in
                var index = -1
                try await run(repeat try arguments.advance(&index, as: (each Argument).self))
                return .null
            })
    }

    /// Adds a closure that takes the context of the run before its arguments.
    public mutating func register<each Argument: Decodable & Sendable, Output: Encodable & SendableMetatype>(
        _ name: String,
        options: TaskOptions = TaskOptions(),
        parameters: [String] = [],
        run: @concurrent @escaping @Sendable (TaskContext, repeat each Argument) async throws -> Output
    ) {
        let names = Self.parameters(named: parameters, for: repeat (each Argument).self)
        register(
            TaskDefinition(name, parameters: names, options: options) { arguments, context in
                var index = -1
                return try JSONValue.encoding(
                    try await run(context, repeat try arguments.advance(&index, as: (each Argument).self)))
            })
    }

    /// Adds a closure that takes the context of the run and returns nothing.
    public mutating func register<each Argument: Decodable & Sendable>(
        _ name: String,
        options: TaskOptions = TaskOptions(),
        parameters: [String] = [],
        run: @concurrent @escaping @Sendable (TaskContext, repeat each Argument) async throws -> Void
    ) {
        let names = Self.parameters(named: parameters, for: repeat (each Argument).self)
        register(
            TaskDefinition(name, parameters: names, options: options) { arguments, context in
                var index = -1
                try await run(context, repeat try arguments.advance(&index, as: (each Argument).self))
                return .null
            })
    }

    private static func parameters<each Argument>(
        named names: [String], for type: repeat (each Argument).Type
    ) -> [TaskParameter] {
        var parameters: [TaskParameter] = []
        for type in repeat each type {
            let name = parameters.count < names.count ? names[parameters.count] : "#\(parameters.count + 1)"
            parameters.append(TaskParameter(name, isOptional: type is any ExpressibleByNilLiteral.Type))
        }
        return parameters
    }
}

extension TaskArguments {
    /// The argument after the one at `index`.
    fileprivate func advance<Value: Decodable>(_ index: inout Int, as type: Value.Type) throws -> Value {
        index += 1
        return try value(index, as: type)
    }
}
