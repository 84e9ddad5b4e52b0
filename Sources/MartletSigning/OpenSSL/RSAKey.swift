import CLibCrypto

/// A key as OpenSSL has it, private or public; it is freed with this object.
///
/// It needs no lock: it is immutable, and OpenSSL lets any number of threads use such a key, each in a context of its own.
final class RSAKey: @unchecked Sendable {
    private let handle: OpaquePointer

    /// Takes a key over.
    init(_ handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        EVP_PKEY_free(handle)
    }

    var isRSA: Bool { EVP_PKEY_is_a(handle, "RSA") == 1 }
    var typeName: String { EVP_PKEY_get0_type_name(handle).map { String(cString: $0) } ?? "unknown" }

    /// Whether two keys have the same public half.
    func isPair(with other: RSAKey) -> Bool {
        defer { OpenSSLErrors.clear() }
        return EVP_PKEY_eq(handle, other.handle) == 1
    }

    /// The signature of a body; `nil`, with the reason in OpenSSL's queue, when it cannot be made.
    func signature(of body: [UInt8], _ digest: SigningDigest) -> [UInt8]? {
        OpenSSLErrors.clear()
        let context = DigestContext()
        guard context.starts(EVP_DigestSignInit, handle, digest) else { return nil }
        var count = 0
        guard EVP_DigestSign(context.handle, nil, &count, body, body.count) == 1 else { return nil }
        var signature = [UInt8](repeating: 0, count: count)
        guard EVP_DigestSign(context.handle, &signature, &count, body, body.count) == 1 else { return nil }
        return Array(signature.prefix(count))
    }

    /// Whether a signature is of this key for this body.
    func isSignature(_ signature: [UInt8], of body: [UInt8], _ digest: SigningDigest) -> Bool {
        defer { OpenSSLErrors.clear() }
        let context = DigestContext()
        guard context.starts(EVP_DigestVerifyInit, handle, digest) else { return false }
        return EVP_DigestVerify(context.handle, signature, signature.count, body, body.count) == 1
    }
}
