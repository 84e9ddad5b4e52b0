public import MartletTasks

/// Signs the body of each message, and reads only what somebody whose certificate is in a store has signed: Celery's
/// serializer `auth`.
///
/// ```swift
/// options.content.register(
///     try AuthSerializer(key: "worker.key", certificate: "worker.crt", certStore: "certs/*.crt"))
/// options.serializer = .auth
/// ```
public struct AuthSerializer: Serializer {
    private let key: SigningKey
    private let certificate: Certificate
    private let certStore: CertificateStore
    private let digest: SigningDigest
    private let content: ContentRegistry
    private let inner: any Serializer
    private let time: TimeSource

    /// Makes a serializer of files, as Celery's `setup_security` does with its settings of the same names.
    ///
    /// - Parameters:
    ///   - key: The PEM file of this process's RSA key (`security_key`).
    ///   - keyPassword: What the key is encrypted with, if it is (`security_key_password`).
    ///   - certificate: The PEM file of the key's certificate (`security_certificate`).
    ///   - certStore: The certificates of all whose messages are read, a folder or a pattern such as
    ///     `/etc/martlet/certs/*.crt` (`security_cert_store`). A worker needs its own in it too, for the messages it sends to
    ///     itself.
    ///   - digest: What the signature is over, the same for all (`security_digest`).
    ///   - serializer: The format of what is signed.
    ///   - content: The formats in which what others have signed may be; by default JSON and MessagePack.
    ///   - time: The time by which certificates are valid.
    /// - Throws: ``SecurityError`` that names the file, or `TaskError` with code `unsupported` when `content` has no such
    ///   serializer.
    public init(
        key: String,
        keyPassword: String? = nil,
        certificate: String,
        certStore: String,
        digest: SigningDigest = .sha256,
        serializer: SerializerName = .json,
        content: ContentRegistry = ContentRegistry(),
        time: TimeSource = .system
    ) throws {
        try self.init(
            key: SigningKey(path: key, password: keyPassword), certificate: Certificate(path: certificate),
            certStore: CertificateStore(path: certStore, at: time.now), digest: digest, serializer: serializer,
            content: content, time: time)
    }

    /// Makes a serializer of keys and certificates that are not in files of their own.
    ///
    /// - Throws: ``SecurityError`` with code `mismatchedCertificate`, `expiredCertificate`, `certificateNotYetValid` or
    ///   `signingFailed`, or `TaskError` with code `unsupported` when `content` has no such serializer.
    public init(
        key: SigningKey,
        certificate: Certificate,
        certStore: CertificateStore,
        digest: SigningDigest = .sha256,
        serializer: SerializerName = .json,
        content: ContentRegistry = ContentRegistry(),
        time: TimeSource = .system
    ) throws {
        guard certificate.belongs(to: key) else {
            throw SecurityError(
                .mismatchedCertificate,
                "\(certificate.origin) is not that of \(key.origin), so nobody could verify what is signed; give the two that "
                    + "were made together")
        }
        try certificate.checkValidity(at: time.now)
        _ = try key.signature(of: [], digest: digest)  // a key may be too short for a digest
        self.key = key
        self.certificate = certificate
        self.certStore = certStore
        self.digest = digest
        self.content = content
        inner = try content.serializer(serializer)
        self.time = time
    }

    /// `auth`.
    public var name: SerializerName { .auth }
    /// `application/data`.
    public var contentType: String { "application/data" }
    /// `utf-8`.
    public var contentEncoding: String { "utf-8" }

    /// Writes a value and signs it.
    ///
    /// - Throws: ``SecurityError`` with code `expiredCertificate` when this process's certificate is not valid any more, or
    ///   what the serializer of the content throws.
    public func encode(_ value: JSONValue) throws -> [UInt8] {
        try certificate.checkValidity(at: time.now)
        let body = try inner.encode(value)
        return SignedBody(
            signer: certificate.id, signature: try key.signature(of: body, digest: digest),
            contentType: inner.contentType, contentEncoding: inner.contentEncoding, body: body
        ).packed
    }

    /// Verifies a signature, and only then reads what was signed.
    ///
    /// - Throws: ``SecurityError`` that says who has signed, or what the serializer of the content throws.
    public func decode(_ bytes: [UInt8], within limits: JSONParser.Limits) throws -> JSONValue {
        guard bytes.count <= limits.bytes else {
            throw TaskError(
                .messageTooLarge,
                "a signed body of \(bytes.count) bytes is over the limit of \(limits.bytes); send a reference instead")
        }
        let message = try SignedBody(unpacking: bytes)
        try certStore.verify(message, digest: digest, at: time.now)
        return try serializer(of: message).decode(message.body, within: limits)
    }

    private func serializer(of message: SignedBody) throws(SecurityError) -> any Serializer {
        let type = message.contentType
        if let serializer = content.serializers.first(where: { $0.contentType == type }) { return serializer }
        let known = content.serializers.map(\.contentType).joined(separator: ", ")
        throw SecurityError(
            .unacceptedContent,
            "what '\(message.signer)' has signed is of content type '\(type.prefix(100))', and only \(known) are read; let it "
                + "sign one of them (setup_security(serializer='json')), or name its serializer in 'content'")
    }
}
