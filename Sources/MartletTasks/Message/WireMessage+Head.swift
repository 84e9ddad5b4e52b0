extension WireMessage {
    /// A message of its parts as a broker stores it.
    static func of(_ headers: TaskHeaders, _ properties: TaskProperties, body: [UInt8]) -> WireMessage {
        WireMessage(
            id: headers.id, queue: properties.queue, priority: properties.priority, eta: headers.eta,
            expires: headers.expires, uniqueLock: headers.uniqueLock, headers: headers.bytes,
            properties: properties.bytes, body: body)
    }

    /// The headers; they can be read in whatever form the body is.
    ///
    /// - Throws: ``TaskError`` with code `malformedMessage`, `malformedJSON` or `messageTooLarge`, naming the field.
    func readHeaders(_ limits: JSONParser.Limits = .init()) throws(TaskError) -> TaskHeaders {
        var fields = try FieldReader(parsing: headers, of: "headers", limits: limits)
        return try TaskHeaders(&fields)
    }

    /// The properties, with the queue it came through.
    ///
    /// - Throws: ``TaskError`` with code `malformedMessage`, `malformedJSON` or `messageTooLarge`, naming the field.
    func readProperties(_ limits: JSONParser.Limits = .init()) throws(TaskError) -> TaskProperties {
        var read = TaskProperties(correlationID: id)
        if !properties.isEmpty {
            var fields = try FieldReader(parsing: properties, of: "properties", limits: limits)
            read = try TaskProperties(&fields, fallbackID: id)
        }
        read.queue = queue
        return read
    }
}
