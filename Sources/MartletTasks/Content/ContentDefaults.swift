/// In which form messages are sent: what is known, and what those are that say nothing.
struct ContentDefaults: Sendable {
    var registry = ContentRegistry()
    var serializer = SerializerName.json
    var compression: CompressionName?

    init() {}

    init(_ options: TaskClient.Options) {
        registry = options.content
        serializer = options.serializer
        compression = options.compression
    }

    /// Throws what is wrong with the form a call asks for, or the default if it asks for none.
    func validate(_ options: CallOptions) throws(TaskError) {
        let serializer = options.serializer ?? serializer
        if serializer != .json { _ = try registry.serializer(serializer) }
        if let compression = options.compression ?? compression { _ = try registry.compressor(compression) }
    }

    /// Notes in a message in which form it is to be sent.
    func apply(_ options: CallOptions, to message: inout TaskMessage) throws(TaskError) {
        let name = options.serializer ?? serializer
        if name != .json {
            let serializer = try registry.serializer(name)
            message.properties.contentType = serializer.contentType
            message.properties.contentEncoding = serializer.contentEncoding
        }
        if let name = options.compression ?? compression {
            message.headers.compression = try registry.compressor(name).contentType
        }
    }
}
