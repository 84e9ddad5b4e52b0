extension TaskLimit {
    /// The limit for one call: the key is the task's name, or the limit's, and the values of the named parameters as
    /// canonical JSON, such as `billing.sync:client=7`.
    func keyed(_ task: String, _ arguments: TaskArguments) -> KeyedLimit {
        let values = parameters.map { "\($0)=\(JSONWriter.text(of: arguments.json(named: $0) ?? .null))" }
        let name = name ?? task
        return KeyedLimit(key: values.isEmpty ? name : "\(name):\(values.joined(separator: ","))", kind: kind)
    }

    /// Whether it counts what runs at once.
    var isConcurrency: Bool {
        if case .concurrency = kind { true } else { false }
    }

    /// Throws what is wrong with it for a task.
    func validate(for definition: TaskDefinition) throws(TaskError) {
        try definition.require(parameters, for: "limited")
        switch kind {
        case .rate(let rate): try rate.validate()
        case .concurrency(let count):
            guard count > 0 else {
                throw TaskError(
                    .misconfigured,
                    "task '\(definition.name)': a concurrency limit of \(count) runs nothing; use at least 1")
            }
            guard !definition.options.delivery.acknowledgesEarly else {
                throw TaskError(
                    .misconfigured,
                    """
                    task '\(definition.name)' has a concurrency limit, which holds as long as its delivery; with \
                    .atMostOnce that ends before the task starts: use .atLeastOnce
                    """)
            }
        }
    }
}
