/// A parameter of a task, as a caller names it.
public struct TaskParameter: Sendable, Hashable {
    /// The name by which a keyword argument is bound.
    public var name: String
    /// Whether it may be left out.
    public var isOptional: Bool

    /// Makes a parameter.
    public init(_ name: String, isOptional: Bool = false) {
        self.name = name
        self.isOptional = isOptional
    }
}

/// The arguments of one call, bound to the parameters of a task as Python binds them: by position, then by name.
public struct TaskArguments: Sendable {
    private let task: String
    private let parameters: [TaskParameter]
    private let values: [JSONValue?]

    /// Binds arguments to parameters.
    ///
    /// - Throws: ``TaskError`` with code `argumentMismatch`, naming the argument.
    public init(
        task: String, parameters: [TaskParameter], positional: [JSONValue], keywords: [String: JSONValue]
    ) throws(TaskError) {
        self.task = task
        self.parameters = parameters
        guard positional.count <= parameters.count else {
            throw TaskError(
                .argumentMismatch,
                "task '\(task)' takes \(parameters.count) arguments, but \(positional.count) were given")
        }
        var values: [JSONValue?] = positional + [JSONValue?](repeating: nil, count: parameters.count - positional.count)
        for (name, value) in keywords {
            guard let index = parameters.firstIndex(where: { $0.name == name }) else {
                let known = parameters.map { "'\($0.name)'" }.joined(separator: ", ")
                throw TaskError(
                    .argumentMismatch,
                    "task '\(task)' got an unexpected argument '\(name)'; it takes \(known.isEmpty ? "none" : known)")
            }
            guard values[index] == nil else {
                throw TaskError(.argumentMismatch, "task '\(task)' got two values for argument '\(name)'")
            }
            values[index] = value
        }
        self.values = values
        for (index, parameter) in parameters.enumerated() where values[index] == nil && !parameter.isOptional {
            throw TaskError(.argumentMismatch, "task '\(task)': argument '\(parameter.name)' is missing")
        }
    }

    /// The argument at a position.
    ///
    /// - Throws: ``TaskError`` with code `argumentMismatch`, naming the argument, when it has another type.
    public func value<Value: Decodable>(_ index: Int, as type: Value.Type = Value.self) throws -> Value {
        do {
            return try (values[index] ?? .null).decode(type)
        } catch let error as TaskError {
            throw TaskError(
                .argumentMismatch, "task '\(task)': argument '\(parameters[index].name)': \(error.message)")
        }
    }

    /// The argument at a position, or `nil` when the caller left it out.
    public func optionalValue<Value: Decodable>(_ index: Int, as type: Value.Type = Value.self) throws -> Value? {
        values[index] == nil ? nil : try value(index, as: type)
    }

    /// The argument of a parameter as it came; `null` when the caller left it out, `nil` without such a parameter.
    func json(named name: String) -> JSONValue? {
        parameters.firstIndex { $0.name == name }.map { values[$0] ?? .null }
    }
}
