import Foundation

/// The body of a signed message, in its parts: who has signed what.
///
/// Only ``body`` is signed: neither the headers of a message nor the content type.
public struct SignedBody: Sendable, Hashable {
    /// The name of the signer's certificate, ``Certificate/id``.
    public var signer: String
    /// The signature of ``body``.
    public var signature: [UInt8]
    /// The content type of ``body``.
    public var contentType: String
    /// The character set of ``body``; `binary` if it is no text.
    public var contentEncoding: String
    /// What was signed.
    public var body: [UInt8]

    /// Makes a body of its parts.
    public init(signer: String, signature: [UInt8], contentType: String, contentEncoding: String, body: [UInt8]) {
        self.signer = signer
        self.signature = signature
        self.contentType = contentType
        self.contentEncoding = contentEncoding
        self.body = body
    }

    /// Stands between the parts.
    ///
    /// It is neither in base64 nor in a content type; the body, which may have it, is the last part.
    private static let separator: [UInt8] = [0, 1]

    /// The bytes of the message: base64 of all parts, of which the first two are base64 themselves.
    public var packed: [UInt8] {
        let heads = [
            Self.base64(Array(signer.utf8)), Self.base64(signature), Array(contentType.utf8),
            Array(contentEncoding.utf8),
        ]
        return Self.base64(Array((heads + [body]).joined(separator: Self.separator)))
    }

    /// Takes the bytes of a message apart, which may come from anywhere.
    ///
    /// Whether the signature is right is not asked: ``CertificateStore/verify(_:digest:at:)`` does that.
    ///
    /// - Throws: ``SecurityError`` with code `malformedBody`, naming the part.
    public init(unpacking bytes: [UInt8]) throws(SecurityError) {
        guard let raw = Data(base64Encoded: Data(bytes)) else {
            throw Self.malformed("is not base64")
        }
        var rest = Array(raw)[...]
        var parts: [ArraySlice<UInt8>] = []
        while parts.count < 4, let place = rest.firstRange(of: Self.separator) {
            parts.append(rest[..<place.lowerBound])
            rest = rest[place.upperBound...]
        }
        guard parts.count == 4 else {
            throw Self.malformed("has \(parts.count + 1) of the five parts of a signed one")
        }
        guard let signer = Data(base64Encoded: Data(parts[0])).flatMap({ String(validating: $0, as: UTF8.self) }) else {
            throw Self.malformed("names its signer neither in base64 nor in UTF-8")
        }
        guard let signature = Data(base64Encoded: Data(parts[1])) else {
            throw Self.malformed("has a signature that is not base64")
        }
        guard let contentType = String(validating: parts[2], as: UTF8.self),
            let contentEncoding = String(validating: parts[3], as: UTF8.self)
        else {
            throw Self.malformed("has a content type that is not UTF-8")
        }
        self.init(
            signer: signer, signature: Array(signature), contentType: contentType, contentEncoding: contentEncoding,
            body: Array(rest))
    }

    private static func base64(_ bytes: [UInt8]) -> [UInt8] { Array(Data(bytes).base64EncodedData()) }

    private static func malformed(_ what: String) -> SecurityError {
        SecurityError(.malformedBody, "the body \(what); its sender must sign: task_serializer = 'auth'")
    }
}
