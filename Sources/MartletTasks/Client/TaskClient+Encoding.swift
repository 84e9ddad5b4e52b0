extension TaskClient {
    /// Messages as the broker stores them, each in the form it asks for.
    ///
    /// - Throws: ``TaskError`` with code `unsupported`, `encodingFailed` or `messageTooLarge`; then none is sent.
    package func encoded(_ messages: [TaskMessage]) throws(TaskError) -> [WireMessage] {
        let content = options.content
        var wires: [WireMessage] = []
        wires.reserveCapacity(messages.count)
        for message in messages {
            let wire = try message.encoded(with: content)
            // How large one in JSON is was known when it was made.
            if !message.isPlainJSON { try checkSize(wire.size, of: message) }
            wires.append(wire)
        }
        return wires
    }

    func checkSize(_ size: Int, of message: TaskMessage) throws(TaskError) {
        guard size <= options.messageSizeLimit else {
            throw TaskError(
                .messageTooLarge,
                """
                the message of task '\(message.task)' has \(size) bytes, over the limit of \
                \(options.messageSizeLimit); send a reference to the data instead
                """)
        }
    }
}
