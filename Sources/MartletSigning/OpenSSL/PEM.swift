import CLibCrypto
import Foundation

/// The text of a key or a certificate, `-----BEGIN …-----`, and where it is from.
struct PEM {
    private let bytes: [UInt8]
    /// Such as `the certificate in '/etc/martlet/worker.crt'`.
    let origin: String

    /// Reads a file.
    init(path: String, of kind: String) throws(SecurityError) {
        origin = "the \(kind) in '\(path)'"
        do {
            bytes = Array(try Data(contentsOf: URL(filePath: path)))
        } catch {
            throw SecurityError(
                .unreadableFile,
                "\(origin) cannot be read: \(Self.reason(error)); name a file in PEM that this process may read")
        }
    }

    init(text: String, of kind: String) {
        origin = "the \(kind) given as text"
        bytes = Array(text.utf8)
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = (error as? CocoaError)?.underlying as? POSIXError else { return "\(error)" }
        return String(cString: strerror(error.code.rawValue)).lowercased()
    }

    /// What the text says it holds, for errors: the first label, such as `PUBLIC KEY`.
    private var label: String? {
        let text = String(decoding: bytes.prefix(100_000), as: UTF8.self)
        return text.firstMatch(of: /-----BEGIN ([A-Z0-9 ]+)-----/).map { String($0.1) }
    }

    /// What to say when the text was not understood: it has another thing, nothing in PEM, or is broken.
    private func misread(as expected: String) -> String {
        let reason = OpenSSLErrors.take()
        guard let label else { return "is not in PEM: it has no line -----BEGIN \(expected)-----" }
        guard label.hasSuffix(expected), !label.contains("PUBLIC") else { return "is a \(label), not a \(expected)" }
        return "is broken: \(reason)"
    }

    /// Lets OpenSSL read the text.
    private func read<Content>(_ reading: (OpaquePointer) -> Content?) -> Content? {
        OpenSSLErrors.clear()
        return bytes.withUnsafeBytes { bytes in
            guard let source = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else { return nil }
            defer { BIO_free(source) }
            return reading(source)
        }
    }
}

// MARK: - What is in it

extension PEM {
    /// The private key.
    ///
    /// - Throws: ``SecurityError`` with code `invalidKey` or `wrongPassword`.
    func privateKey(password: String?) throws(SecurityError) -> RSAKey {
        var question = PasswordQuestion(password)
        let handle = withUnsafeMutablePointer(to: &question) { question in
            read { PEM_read_bio_PrivateKey($0, nil, { PasswordQuestion.answer($0, $1, $3) }, question) }
        }
        if handle == nil ? question.wasAsked : question.wasAsked != (password != nil) {
            EVP_PKEY_free(handle)
            OpenSSLErrors.clear()
            throw SecurityError(.wrongPassword, "\(origin) \(question.complaint)")
        }
        guard let handle else { throw SecurityError(.invalidKey, "\(origin) \(misread(as: "PRIVATE KEY"))") }
        OpenSSLErrors.clear()
        return RSAKey(handle)
    }

    /// The first certificate.
    ///
    /// - Throws: ``SecurityError`` with code `invalidCertificate`.
    func certificate() throws(SecurityError) -> CertificateContent {
        guard let handle = read({ PEM_read_bio_X509($0, nil, nil, nil) }) else {
            throw SecurityError(.invalidCertificate, "\(origin) \(misread(as: "CERTIFICATE"))")
        }
        defer {
            X509_free(handle)
            OpenSSLErrors.clear()
        }
        guard let content = CertificateContent(handle) else {
            throw SecurityError(.invalidCertificate, "\(origin) cannot be used: \(OpenSSLErrors.take())")
        }
        return content
    }
}
