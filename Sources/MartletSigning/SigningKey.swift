import CLibCrypto

/// The private RSA key that signs what a process sends (Celery's `security_key`).
public struct SigningKey: Sendable {
    let key: RSAKey
    /// Where it is from, for errors.
    let origin: String

    /// Reads the key in a PEM file.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - password: What the key is encrypted with (Celery's `security_key_password`); none, or an empty one, if it is not.
    /// - Throws: ``SecurityError`` with code `unreadableFile`, `invalidKey` or `wrongPassword`, naming the file.
    public init(path: String, password: String? = nil) throws(SecurityError) {
        try self.init(PEM(path: path, of: "security key"), password: password)
    }

    /// Reads the key in a text in PEM.
    ///
    /// - Throws: ``SecurityError`` with code `invalidKey` or `wrongPassword`.
    public init(pem: String, password: String? = nil) throws(SecurityError) {
        try self.init(PEM(text: pem, of: "security key"), password: password)
    }

    private init(_ pem: PEM, password: String?) throws(SecurityError) {
        origin = pem.origin
        key = try pem.privateKey(password: password.flatMap { $0.isEmpty ? nil : $0 })
        guard key.isRSA else {
            throw SecurityError(
                .invalidKey,
                "\(origin) is a key of type \(key.typeName); messages are signed with RSA keys only: "
                    + "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 -out FILE makes one")
        }
    }

    /// Signs a body: RSA-PSS, with the same digest for MGF1 and the longest salt.
    ///
    /// - Throws: ``SecurityError`` with code `signingFailed`, such as when the key is too short for the digest.
    public func signature(of body: [UInt8], digest: SigningDigest = .sha256) throws(SecurityError) -> [UInt8] {
        guard let signature = key.signature(of: body, digest) else {
            throw SecurityError(
                .signingFailed, "\(origin) cannot sign with \(digest.rawValue): \(OpenSSLErrors.take())")
        }
        return signature
    }
}
