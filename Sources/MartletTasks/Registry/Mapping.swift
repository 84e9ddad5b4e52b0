/// Celery's tasks that run another one for each of several elements: `celery.map`, `celery.starmap` and `celery.chunks`.
///
/// Each takes the signature of that task and the elements: of `celery.map` its only argument, of the others a list of its
/// arguments. They run one after the other in one delivery, and the value is the list of theirs; `celery.chunks` makes
/// several such deliveries.
enum Mapping: String, Sendable, Hashable, CaseIterable {
    case map = "celery.map"
    case starmap = "celery.starmap"
    case chunks = "celery.chunks"

    /// The task as every worker has it; its code runs only when no other task can be found in the message.
    var definition: TaskDefinition {
        var parameters = [TaskParameter("task"), TaskParameter("it")]
        if self == .chunks { parameters.append(TaskParameter("n")) }
        var definition = TaskDefinition(rawValue, parameters: parameters) { _, _ in
            throw TaskError(
                .argumentMismatch,
                "task '\(rawValue)': argument 'task': expected the signature of the one task to run for each element")
        }
        definition.mapping = self
        return definition
    }

    /// The name of the task that a message wants to be run; `nil` when it names none that can be.
    func task(in message: TaskMessage) -> String? {
        let signature = message.keywords["task"] ?? message.arguments.first
        guard let name = signature?.stringValue ?? signature?["task"]?.stringValue,
            [nil, .null].contains(signature?["subtask_type"]), Mapping(rawValue: name) == nil
        else { return nil }
        return name
    }

    /// The task as it runs another one, whose options say what a failure and a lost worker mean.
    ///
    /// Limits of time and rate are for one run of that task, and are not kept here.
    func definition(running inner: TaskDefinition, as own: TaskDefinition) -> TaskDefinition {
        var options = inner.options
        options.timeLimit = own.options.timeLimit
        options.softTimeLimit = own.options.softTimeLimit
        options.rateLimit = nil
        options.limits = []
        options.unique = nil
        return TaskDefinition(own.name, parameters: own.parameters, options: options) { arguments, context in
            try refuseLimits(of: inner)
            let elements = try elements(of: arguments)
            guard self == .chunks else { return try await MappedRun(self, inner, elements).run(in: context) }
            return try context.replace(with: chunks(of: inner, elements, of: try arguments.value(2)))
        }
    }

    private func refuseLimits(of inner: TaskDefinition) throws(TaskError) {
        guard !inner.options.limits.isEmpty else { return }
        throw TaskError(
            .unsupported,
            """
            task '\(inner.name)' has limits over all workers, which '\(rawValue)' would pass by; send a group of its calls
            """)
    }

    private func elements(of arguments: TaskArguments) throws(TaskError) -> [JSONValue] {
        let value = arguments.json(named: "it") ?? .null
        if let elements = value.arrayValue { return elements }
        throw TaskError(
            .argumentMismatch,
            "task '\(rawValue)': argument 'it': expected a list of elements, found \(value.kind) (\(value.excerpt))")
    }

    /// A group of starmaps.
    private func chunks(
        of inner: TaskDefinition, _ elements: [JSONValue], of size: Int
    ) throws(TaskError) -> Signature<JSONValue> {
        guard size > 0 else {
            throw TaskError(.argumentMismatch, "task '\(rawValue)': argument 'n': chunks of \(size) elements are none")
        }
        let starts = stride(from: 0, to: elements.count, by: min(size, max(1, elements.count)))
        let chunks = starts.map { start in
            Mapping.starmap.call(of: inner.name, elements[start..<min(elements.count, start + size)], CallOptions())
        }
        return Signature(canvas: .group(chunks.map(Canvas.task), CallOptions())) { $0 }
    }

    /// A call of it, in the shape of Celery's signatures.
    func call(of task: String, _ elements: some Sequence<JSONValue>, _ options: CallOptions) -> TaskCall {
        TaskCall(
            task: rawValue,
            keywords: ["task": Canvas.task(TaskCall(task: task)).json, "it": .array(Array(elements))],
            options: options, isImmutable: true)
    }
}
