/// A call made of typed arguments; encoding errors are kept for the moment of sending.
struct EncodedCall {
    private(set) var value: TaskCall
    private(set) var problem: TaskError?

    init(
        task: String, arguments: [any Encodable & Sendable], keywords: KeyValuePairs<String, any Encodable & Sendable>,
        options: TaskOptions, parameters: [String]
    ) {
        value = TaskCall(task: task, options: options.callOptions)
        if let unique = options.unique {
            value.options.headers[UniqueCall.header] = UniqueCall(unique, positional: parameters).json
        }
        if let shadow = options.shadow {
            value.options.headers[ShadowName.header] = ShadowName(shadow, positional: parameters).json
        }
        for (index, argument) in arguments.enumerated() {
            value.arguments.append(encode(argument, "argument \(index + 1)"))
        }
        for (name, argument) in keywords {
            value.keywords[name] = encode(argument, "argument '\(name)'")
        }
    }

    private mutating func encode(_ argument: any Encodable, _ name: String) -> JSONValue {
        do {
            return try JSONValue.encoding(argument)
        } catch {
            problem = TaskError(
                .encodingFailed, "task '\(value.task)': \(name) cannot be encoded: \(error)", cause: error)
            return .null
        }
    }
}
