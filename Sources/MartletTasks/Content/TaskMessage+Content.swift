extension TaskMessage {
    /// Whether it is written in JSON and not compressed.
    var isPlainJSON: Bool {
        headers.compression == nil && properties.contentType == JSONSerializer.contentType
    }

    /// The same message in JSON and not compressed, which every worker reads.
    var asPlainJSON: TaskMessage {
        var message = self
        message.properties.contentType = JSONSerializer.contentType
        message.properties.contentEncoding = JSONSerializer.contentEncoding
        message.headers.compression = nil
        return message
    }

    /// The message as a broker stores it, its body written as its content type and its header `compression` say.
    ///
    /// - Throws: ``TaskError`` with code `unsupported` when the registry has no such serializer or compressor,
    ///   `encodingFailed` when it cannot write the body, or `messageTooLarge` when a worker would refuse to read it.
    public func encoded(
        with content: ContentRegistry, limits: JSONParser.Limits = .init()
    ) throws(TaskError) -> WireMessage {
        if isPlainJSON, content.readsOwnJSON { return wire }
        let serializer = try content.serializer(SerializerName(rawValue: properties.contentType))
        var bytes = try write(as: serializer.name.rawValue) { try serializer.encode(body) }
        guard bytes.count <= limits.bytes else {
            throw TaskError(
                .messageTooLarge,
                """
                the body of task '\(task)' has \(bytes.count) bytes as \(serializer.name), over the limit of \
                \(limits.bytes) to which workers read; send a reference to the data instead
                """)
        }
        if let compression = headers.compression {
            let compressor = try content.compressor(CompressionName(rawValue: compression))
            bytes = try write(as: compressor.name.rawValue) { try compressor.compress(bytes) }
        }
        return wire(body: bytes)
    }

    private func write(as form: String, _ write: () throws -> [UInt8]) throws(TaskError) -> [UInt8] {
        do { return try write() } catch {
            let cause = error as? TaskError
            throw TaskError(
                cause?.code ?? .encodingFailed,
                "the body of task '\(task)' cannot be written as \(form): \(cause?.message ?? "\(error)")", cause: error
            )
        }
    }
}

extension ContentRegistry {
    /// The body of a message that has arrived.
    ///
    /// - Throws: ``TaskError`` with code `contentDisallowed`, `unsupported`, `malformedMessage`, `malformedJSON` or
    ///   `messageTooLarge`, naming the part of the message.
    func body(
        of wire: WireMessage, _ properties: TaskProperties, _ headers: TaskHeaders, within limits: JSONParser.Limits
    ) throws(TaskError) -> JSONValue {
        let type = properties.contentType
        if readsOwnJSON, headers.compression == nil, type == JSONSerializer.contentType {
            return try read("body", as: "json") { try JSONParser.parse(wire.body, limits: limits) }
        }
        let serializer: any Serializer
        do throws(TaskError) { serializer = try accepted(contentType: type) } catch {
            throw TaskError(error.code, "properties.content_type: \(error.message)")
        }
        var bytes = wire.body
        if let compression = headers.compression {
            let compressor: any Compressor
            do throws(TaskError) { compressor = try self.compressor(CompressionName(rawValue: compression)) } catch {
                throw TaskError(error.code, "headers.compression: \(error.message)")
            }
            bytes = try read("body", as: compressor.name.rawValue) {
                try compressor.decompress(bytes, limit: limits.bytes)
            }
        }
        return try read("body", as: serializer.name.rawValue) { try serializer.decode(bytes, within: limits) }
    }

    private func read<Value>(
        _ place: String, as form: String, _ read: () throws -> Value
    ) throws(TaskError) -> Value {
        do { return try read() } catch {
            if let error = error as? TaskError { throw TaskError(error.code, "\(place): \(error.message)") }
            throw TaskError(.malformedMessage, "\(place): cannot be read as \(form): \(error)", cause: error)
        }
    }
}
