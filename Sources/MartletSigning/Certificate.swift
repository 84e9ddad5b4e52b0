import CLibCrypto
public import Foundation

/// The X.509 certificate of an RSA key, by which others know who has signed (Celery's `security_certificate`).
///
/// Only the certificates in a ``CertificateStore`` are trusted; who has issued them is not asked.
public struct Certificate: Sendable {
    /// The name it goes by in messages, as in Celery: the values of the issuer's name, and the serial number.
    public let id: String
    /// The moment from which it is valid.
    public let notBefore: Date
    /// The moment until which it is valid.
    public let notAfter: Date
    let key: RSAKey
    /// Where it is from, for errors.
    let origin: String

    /// Reads the certificate in a PEM file; of several it is the first.
    ///
    /// - Throws: ``SecurityError`` with code `unreadableFile` or `invalidCertificate`, naming the file.
    public init(path: String) throws(SecurityError) {
        try self.init(PEM(path: path, of: "certificate"))
    }

    /// Reads the certificate in a text in PEM; of several it is the first.
    ///
    /// - Throws: ``SecurityError`` with code `invalidCertificate`.
    public init(pem: String) throws(SecurityError) {
        try self.init(PEM(text: pem, of: "certificate"))
    }

    private init(_ pem: PEM) throws(SecurityError) {
        let content = try pem.certificate()
        origin = pem.origin
        id = content.id
        (notBefore, notAfter, key) = (content.notBefore, content.notAfter, content.key)
        guard key.isRSA else {
            throw SecurityError(
                .invalidCertificate,
                "\(origin) is of a key of type \(key.typeName); messages are signed with RSA keys only")
        }
    }

    /// Checks that a moment is between ``notBefore`` and ``notAfter``.
    ///
    /// - Throws: ``SecurityError`` with code `expiredCertificate` or `certificateNotYetValid`.
    public func checkValidity(at moment: Date) throws(SecurityError) {
        if moment >= notAfter {
            throw SecurityError(
                .expiredCertificate,
                "\(origin) ('\(id)') has expired on \(notAfter.formatted(.iso8601)); make a new one and give it to all "
                    + "who receive messages of its owner")
        }
        if moment < notBefore {
            throw SecurityError(
                .certificateNotYetValid,
                "\(origin) ('\(id)') is not valid before \(notBefore.formatted(.iso8601)), and it is "
                    + "\(moment.formatted(.iso8601)); set the clock, or wait")
        }
    }

    /// Checks that the owner of this certificate has signed a body.
    ///
    /// - Parameters:
    ///   - signature: The signature.
    ///   - body: What was signed.
    ///   - digest: The digest it was signed with.
    ///   - moment: When the certificate must be valid.
    /// - Throws: ``SecurityError`` with code `expiredCertificate`, `certificateNotYetValid` or `badSignature`.
    public func verify(
        _ signature: [UInt8], of body: [UInt8], digest: SigningDigest = .sha256, at moment: Date = Date()
    ) throws(SecurityError) {
        try checkValidity(at: moment)
        guard key.isSignature(signature, of: body, digest) else {
            throw SecurityError(
                .badSignature,
                "the signature is not that of '\(id)' with \(digest.rawValue) for this body: it was changed on its way, "
                    + "or its sender has another key or another security_digest")
        }
    }

    /// Whether a key is that of this certificate.
    func belongs(to signingKey: SigningKey) -> Bool { key.isPair(with: signingKey.key) }
}
