import CLibCrypto

/// The digest of a body that is signed (Celery's `security_digest`); sender and receiver must have the same.
public enum SigningDigest: String, Sendable, Hashable, CaseIterable {
    /// SHA-224.
    case sha224
    /// SHA-256, the default of Celery and of Martlet.
    case sha256
    /// SHA-384.
    case sha384
    /// SHA-512.
    case sha512

    /// Finds a digest by its name in Celery's settings, in capital letters or small ones.
    ///
    /// - Throws: ``SecurityError`` with code `invalidDigest`.
    public init(named name: String) throws(SecurityError) {
        guard let digest = SigningDigest(rawValue: name.lowercased()) else {
            let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
            throw SecurityError(.invalidDigest, "the digest '\(name)' does not sign messages; use one of \(names)")
        }
        self = digest
    }

    /// OpenSSL's own value, which lives as long as the process.
    var openSSL: OpaquePointer? {
        switch self {
        case .sha224: EVP_sha224()
        case .sha256: EVP_sha256()
        case .sha384: EVP_sha384()
        case .sha512: EVP_sha512()
        }
    }
}
