public import Foundation

/// The certificates of all whose messages are accepted (Celery's `security_cert_store`).
public struct CertificateStore: Sendable {
    private var certificates: [String: Certificate] = [:]

    /// Makes a store of certificates.
    ///
    /// - Throws: ``SecurityError`` with code `duplicateCertificate`.
    public init(_ certificates: [Certificate]) throws(SecurityError) {
        for certificate in certificates {
            if let first = self.certificates.updateValue(certificate, forKey: certificate.id) {
                throw SecurityError(
                    .duplicateCertificate,
                    "\(first.origin) and \(certificate.origin) have the same issuer and serial number, "
                        + "'\(certificate.id)', by which a signer is found; keep one of them")
            }
        }
    }

    /// Reads the certificates of a folder, each in a PEM file of its own.
    ///
    /// - Parameters:
    ///   - path: The folder, all whose files are certificates, or a pattern such as `/etc/martlet/certs/*.pem`.
    ///   - moment: When all of them must be valid.
    /// - Throws: ``SecurityError`` with code `emptyStore`, `unreadableFile`, `invalidCertificate`, `duplicateCertificate`,
    ///   `expiredCertificate` or `certificateNotYetValid`, naming the file.
    public init(path: String, at moment: Date = Date()) throws(SecurityError) {
        let files = Self.files(matching: path)
        guard !files.isEmpty else {
            throw SecurityError(
                .emptyStore,
                "no file is at '\(path)', so no message would be accepted; put the certificates of all senders there, one "
                    + "in a file, and let this process read the folder")
        }
        var certificates: [Certificate] = []
        for file in files {
            let certificate = try Certificate(path: file)
            try certificate.checkValidity(at: moment)
            certificates.append(certificate)
        }
        try self.init(certificates)
    }

    /// The names of the certificates, sorted.
    public var ids: [String] { certificates.keys.sorted() }

    /// The certificate of a name, or `nil`.
    public subscript(id: String) -> Certificate? { certificates[id] }

    /// Checks that one whose certificate is here has signed a message.
    ///
    /// - Throws: ``SecurityError`` with code `unknownCertificate`, `expiredCertificate`, `certificateNotYetValid` or
    ///   `badSignature`.
    public func verify(
        _ message: SignedBody, digest: SigningDigest = .sha256, at moment: Date = Date()
    ) throws(SecurityError) {
        guard let certificate = certificates[message.signer] else {
            throw SecurityError(
                .unknownCertificate,
                "the signer '\(message.signer.prefix(200))' has no certificate in the store; if it may send tasks, put its "
                    + "certificate there and start again")
        }
        try certificate.verify(message.signature, of: message.body, digest: digest, at: moment)
    }

    /// The files a pattern or a folder names, as Python's `glob` finds them, sorted.
    private static func files(matching path: String) -> [String] {
        var isFolder: ObjCBool = false
        let exists = FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        var found = glob_t()
        defer { globfree(&found) }
        guard glob(exists && isFolder.boolValue ? path + "/*" : path, GLOB_NOESCAPE, nil, &found) == 0 else {
            return []
        }
        return (0..<Int(found.gl_pathc)).compactMap { found.gl_pathv[$0].map { String(cString: $0) } }
    }
}
