import CLibCrypto

/// What OpenSSL needs for one signature or for checking one; it is freed with this value.
struct DigestContext: ~Copyable {
    /// `nil` when there is no memory; OpenSSL's functions refuse it then.
    let handle: OpaquePointer? = EVP_MD_CTX_new()

    deinit {
        EVP_MD_CTX_free(handle)
    }

    /// OpenSSL's two ways to begin have one type.
    typealias Start = (
        OpaquePointer?, UnsafeMutablePointer<OpaquePointer?>?, OpaquePointer?, OpaquePointer?, OpaquePointer?
    ) -> Int32

    /// Begins to sign or to check: RSA-PSS, the same digest for MGF1, and the longest salt, which is Celery's way.
    func starts(_ start: Start, _ key: OpaquePointer, _ digest: SigningDigest) -> Bool {
        guard let handle else { return false }
        var settings: OpaquePointer?  // belongs to the context
        return start(handle, &settings, digest.openSSL, nil, key) == 1
            && EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING) == 1
            && EVP_PKEY_CTX_set_rsa_mgf1_md(settings, digest.openSSL) == 1
            && EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, RSA_PSS_SALTLEN_MAX) == 1
    }
}
