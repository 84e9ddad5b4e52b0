/// The serializers and compressors a client and its workers know, by name and by content type.
///
/// ```swift
/// var options = TaskClient.Options()
/// options.content.register(YAMLSerializer())                // MartletYAML
/// options.content.register(ZstdCompressor())                // MartletCompression
/// ```
public struct ContentRegistry: Sendable {
    /// Shared by all copies, so that handing on a registry costs one reference.
    private final class Storage: Sendable {
        let serializers: [String: any Serializer]
        let compressors: [String: any Compressor]
        let readsOwnJSON: Bool

        init(_ serializers: [String: any Serializer], _ compressors: [String: any Compressor]) {
            self.serializers = serializers
            self.compressors = compressors
            readsOwnJSON = serializers[JSONSerializer.contentType] is JSONSerializer
        }
    }

    private static let standard = Storage(named([JSONSerializer(), MessagePackSerializer()]), [:])
    private var storage: Storage

    /// JSON and nothing else.
    public static let json = ContentRegistry(Storage(named([JSONSerializer()]), [:]))

    /// Makes a registry with JSON and MessagePack, and no compressor.
    public init() { storage = Self.standard }

    private init(_ storage: Storage) { self.storage = storage }

    /// Adds a serializer; it takes the place of another of its name or content type.
    public mutating func register(_ serializer: any Serializer) {
        storage = Storage(storage.serializers.merging(Self.named([serializer])) { $1 }, storage.compressors)
    }

    /// Adds a compressor; it takes the place of another of its name, alias or content type.
    public mutating func register(_ compressor: any Compressor) {
        var compressors = storage.compressors
        for name in [compressor.name] + compressor.aliases { compressors[name.rawValue] = compressor }
        compressors[compressor.contentType] = compressor
        storage = Storage(storage.serializers, compressors)
    }

    /// The serializers, sorted by name.
    public var serializers: [any Serializer] {
        storage.serializers.filter { $0.key == $0.value.name.rawValue }.values.sorted {
            $0.name.rawValue < $1.name.rawValue
        }
    }

    /// The compressors, sorted by name.
    public var compressors: [any Compressor] {
        storage.compressors.filter { $0.key == $0.value.name.rawValue }.values.sorted {
            $0.name.rawValue < $1.name.rawValue
        }
    }

    /// Whether JSON is read and written by this module, without asking a serializer.
    var readsOwnJSON: Bool { storage.readsOwnJSON }

    private static func named(_ serializers: [any Serializer]) -> [String: any Serializer] {
        serializers.reduce(into: [:]) { names, serializer in
            names[serializer.name.rawValue] = serializer
            names[serializer.contentType] = serializer
        }
    }
}

// MARK: - Looking up

extension ContentRegistry {
    /// The serializer of a name or content type.
    ///
    /// - Throws: ``TaskError`` with code `unsupported`, which says what to add.
    public func serializer(_ name: SerializerName) throws(TaskError) -> any Serializer {
        if let serializer = storage.serializers[name.rawValue] { return serializer }
        throw TaskError(
            .unsupported,
            """
            there is no serializer '\(name)' in TaskClient.Options.content, which has \(Self.list(serializers.map(\.name))); \
            \(name.remedy)
            """)
    }

    /// The compressor of a name, alias or content type.
    ///
    /// - Throws: ``TaskError`` with code `unsupported`, which says what to add.
    public func compressor(_ name: CompressionName) throws(TaskError) -> any Compressor {
        if let compressor = storage.compressors[name.rawValue] { return compressor }
        throw TaskError(
            .unsupported,
            """
            there is no compressor '\(name)' in TaskClient.Options.content, which has \(Self.list(compressors.map(\.name))); \
            \(name.remedy)
            """)
    }

    /// The same registry with no serializers but these: what a worker accepts (Celery's `accept_content`).
    ///
    /// - Parameter names: Names or content types.
    /// - Throws: ``TaskError`` with code `unsupported` when one is not registered.
    public func accepting(_ names: [SerializerName]) throws(TaskError) -> ContentRegistry {
        for name in names { _ = try serializer(name) }
        return restricted(to: names)
    }

    /// The same registry with no serializers but those of these that it has.
    func restricted(to names: [SerializerName]) -> ContentRegistry {
        ContentRegistry(Storage(Self.named(names.compactMap { storage.serializers[$0.rawValue] }), storage.compressors))
    }

    /// The serializer of a message that has arrived.
    ///
    /// - Throws: ``TaskError`` with code `contentDisallowed`.
    func accepted(contentType: String) throws(TaskError) -> any Serializer {
        if let serializer = storage.serializers[contentType], serializer.contentType == contentType {
            return serializer
        }
        throw TaskError(
            .contentDisallowed,
            """
            content type '\(contentType)' is not accepted here, only \(Self.list(serializers.map(\.contentType))); \
            \(SerializerName.remedy(contentType: contentType))
            """)
    }

    private static func list(_ names: [some CustomStringConvertible]) -> String {
        names.isEmpty ? "none" : names.map(\.description).joined(separator: ", ")
    }
}
