import Logging

/// The run of a task for each of several elements, one after the other in one delivery.
struct MappedRun: Sendable {
    private let mapping: Mapping
    private let definition: TaskDefinition
    private let elements: [JSONValue]

    init(_ mapping: Mapping, _ definition: TaskDefinition, _ elements: [JSONValue]) {
        self.mapping = mapping
        self.definition = definition
        self.elements = elements
    }

    /// Runs the task for each element, once the arguments of all were found to be those of the task.
    ///
    /// - Throws: ``TaskError`` with code `argumentMismatch`, naming the element; what the task throws for an element.
    func run(in context: TaskContext) async throws -> JSONValue {
        var bound: [TaskArguments] = []
        for (index, element) in elements.enumerated() { bound.append(try bind(element, index)) }
        var values: [JSONValue] = []
        for (index, arguments) in bound.enumerated() {
            try Task.checkCancellation()
            values.append(try await run(arguments, index, in: context))
        }
        return .array(values)
    }

    private func bind(_ element: JSONValue, _ index: Int) throws(TaskError) -> TaskArguments {
        do throws(TaskError) {
            return try TaskArguments(
                task: definition.name, parameters: definition.parameters, positional: try arguments(element),
                keywords: [:])
        } catch {
            throw named(error, index)
        }
    }

    private func arguments(_ element: JSONValue) throws(TaskError) -> [JSONValue] {
        if mapping == .map { return [element] }
        if let arguments = element.arrayValue { return arguments }
        throw TaskError(
            .argumentMismatch, "expected a list of arguments, found \(element.kind) (\(element.excerpt))")
    }

    private func run(_ arguments: TaskArguments, _ index: Int, in context: TaskContext) async throws -> JSONValue {
        let element = context.element(task: definition.name)
        defer { context.run.add(children: element.run.children) }
        do {
            return try await TaskContext.$current.withValue(element) {
                try await definition.body(arguments, element)
            }
        } catch let error as TaskError where error.code == .argumentMismatch {
            throw named(error, index)
        } catch is Replace {
            throw TaskError(
                .unsupported,
                """
                element \(index) of '\(mapping.rawValue)': task '\(definition.name)' is run for one element of several and \
                cannot be replaced; send a group of its calls
                """)
        } catch {
            element.logger.warning(
                "an element of several has ended the task", metadata: ["element": "\(index)", "error": "\(error)"])
            throw error
        }
    }

    private func named(_ error: TaskError, _ index: Int) -> TaskError {
        TaskError(error.code, "element \(index) of '\(mapping.rawValue)': \(error.message)")
    }
}

extension TaskContext {
    /// The context of a task that is run for one element: it stores no state and keeps no checkpoint of its own.
    fileprivate func element(task: String) -> TaskContext {
        var message = message
        message.headers.task = task
        message.headers.ignoresResult = true
        return TaskContext(
            message: message, attempt: attempt, logger: logger, client: client, run: TaskRun(stopping: run.stopping))
    }
}
