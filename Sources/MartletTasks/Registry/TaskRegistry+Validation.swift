extension TaskRegistry {
    /// Checks that every name is used once and that every task's options can work.
    ///
    /// - Throws: ``TaskError`` with code `duplicateTask` or `misconfigured`, naming the task.
    public func validate() throws(TaskError) {
        if let name = duplicates.sorted().first {
            throw TaskError(.duplicateTask, "two tasks are registered as '\(name)'; give one of them another name")
        }
        for name in names { try self[name]?.validate() }
    }

    /// Checks that a broker can do what the tasks' options need.
    ///
    /// - Throws: ``TaskError`` with code `misconfigured`, naming task and broker.
    public func validate(on broker: any Broker) throws(TaskError) {
        for name in names { try self[name]?.validate(on: broker) }
    }

    /// Checks that a worker reads the formats in which its tasks are sent.
    ///
    /// - Throws: ``TaskError`` with code `misconfigured`, naming what is missing.
    func validate(content: ContentRegistry, accepting names: [SerializerName]) throws(TaskError) {
        guard !names.isEmpty else {
            throw TaskError(
                .misconfigured, "a worker that accepts no format runs nothing; acceptContent is [.json] by default")
        }
        let accepted: ContentRegistry
        do throws(TaskError) { accepted = try content.accepting(names) } catch {
            throw TaskError(.misconfigured, "acceptContent: \(error.message)")
        }
        for name in self.names { try self[name]?.validate(content: content, accepted: accepted) }
    }
}

extension TaskDefinition {
    fileprivate func validate(content: ContentRegistry, accepted: ContentRegistry) throws(TaskError) {
        do throws(TaskError) {
            if let serializer = options.serializer { _ = try content.serializer(serializer) }
            if let compression = options.compression { _ = try content.compressor(compression) }
        } catch {
            throw TaskError(.misconfigured, "task '\(name)': \(error.message)")
        }
        if let serializer = options.serializer, (try? accepted.serializer(serializer)) == nil {
            throw misconfigured(
                "is sent as \(serializer), which this worker does not accept; name '\(serializer)' in its acceptContent"
            )
        }
    }

    func validate() throws(TaskError) {
        try options.priority?.validate()
        try options.rateLimit?.validate()
        for limit in options.limits { try limit.validate(for: self) }
        if let unique = options.unique {
            try require(unique.parameters, for: "unique")
            guard unique.period > .zero else {
                throw misconfigured("is unique for \(unique.period), which is never; use a period over 0")
            }
        }
        for limit in [options.timeLimit, options.softTimeLimit].compactMap(\.self) where limit <= .zero {
            throw misconfigured("has a time limit of \(limit), in which nothing ends; use more than 0, or none")
        }
        if let hard = options.timeLimit, let soft = options.softTimeLimit, soft >= hard {
            throw misconfigured("has a soft time limit of \(soft), which never acts before the hard one of \(hard)")
        }
    }

    func validate(on broker: any Broker) throws(TaskError) {
        if !options.limits.isEmpty, !(broker is any LimitingBroker) {
            throw misconfigured("has limits over all workers, which \(type(of: broker)) cannot keep; use rateLimit")
        }
        if options.unique != nil, !(broker is any UniqueBroker) {
            throw misconfigured("is unique, but \(type(of: broker)) keeps no locks; use another broker")
        }
    }

    /// Throws unless all names are names of parameters.
    func require(_ names: [String], for what: String) throws(TaskError) {
        let known = parameters.map(\.name)
        guard let name = names.first(where: { !known.contains($0) }) else { return }
        let list = known.isEmpty ? "none" : known.map { "'\($0)'" }.joined(separator: ", ")
        throw misconfigured("is \(what) by '\(name)', which is no parameter of it; they are: \(list)")
    }

    private func misconfigured(_ what: String) -> TaskError { TaskError(.misconfigured, "task '\(name)' \(what)") }
}
