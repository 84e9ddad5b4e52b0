// What to do when a serializer or a compressor is asked for that is not there.

extension SerializerName {
    /// What to do when it is not registered.
    var remedy: String {
        switch rawValue {
        case "yaml", "application/x-yaml":
            "add the product MartletYAML to your target, and register YAMLSerializer()"
        case "auth", "application/data":
            "add the product MartletSigning to your target, and register an AuthSerializer with your keys"
        case "pickle", "application/x-python-serialize": Self.pickle
        default: "register one of that name, or use one of those"
        }
    }

    /// What to do when messages of a content type are not accepted.
    static func remedy(contentType: String) -> String {
        switch contentType {
        case "application/x-python-serialize": pickle
        case "application/x-yaml":
            "name it in the worker's acceptContent (and register YAMLSerializer() of MartletYAML)"
        case "application/data":
            "name 'auth' in the worker's acceptContent (and register the AuthSerializer of MartletSigning)"
        case "application/x-msgpack": "name 'msgpack' in the worker's acceptContent"
        default: "name its serializer in the worker's acceptContent, or send it in another format"
        }
    }

    private static let pickle =
        "pickle runs whatever code its sender likes, so there is none; let the sender use json or msgpack"
}

extension CompressionName {
    private static let ofKombu: [String: String] = [
        "zlib": "ZlibCompressor", "gzip": "ZlibCompressor", "application/x-gzip": "ZlibCompressor",
        "bzip2": "BZip2Compressor", "bzip": "BZip2Compressor", "bz2": "BZip2Compressor",
        "application/x-bz2": "BZip2Compressor", "lzma": "LZMACompressor", "xz": "LZMACompressor",
        "application/x-lzma": "LZMACompressor", "brotli": "BrotliCompressor",
        "application/x-brotli": "BrotliCompressor",
        "zstd": "ZstdCompressor", "zstandard": "ZstdCompressor", "application/zstd": "ZstdCompressor",
    ]

    /// What to do when it is not registered.
    var remedy: String {
        guard let type = Self.ofKombu[rawValue] else { return "register one of that name, or use one of those" }
        return "add the product MartletCompression to your target, and register \(type)()"
    }
}
