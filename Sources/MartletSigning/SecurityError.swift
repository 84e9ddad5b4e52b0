/// What went wrong with a key, a certificate, a store of certificates or a signature (Celery's `SecurityError`).
///
/// `code` says which kind, `message` what happened with its values and what to do.
public struct SecurityError: Error, CustomStringConvertible {
    /// The kind of an error; new kinds may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Kind: String, Sendable {
            case unreadableFile, invalidKey, wrongPassword, invalidCertificate, mismatchedCertificate
            case expiredCertificate, certificateNotYetValid, duplicateCertificate, emptyStore, invalidDigest
            case unknownCertificate, badSignature, malformedBody, unacceptedContent, signingFailed
        }

        private let kind: Kind
        private init(_ kind: Kind) { self.kind = kind }

        /// A file of a key or a certificate cannot be read.
        public static let unreadableFile = Code(.unreadableFile)
        /// What should be a private RSA key in PEM is none.
        public static let invalidKey = Code(.invalidKey)
        /// A key is encrypted and the password is missing or another one, or it is not and there is a password.
        public static let wrongPassword = Code(.wrongPassword)
        /// What should be a certificate in PEM, with an RSA key, is none.
        public static let invalidCertificate = Code(.invalidCertificate)
        /// A certificate is that of another key.
        public static let mismatchedCertificate = Code(.mismatchedCertificate)
        /// A certificate is not valid any more.
        public static let expiredCertificate = Code(.expiredCertificate)
        /// A certificate is not valid yet.
        public static let certificateNotYetValid = Code(.certificateNotYetValid)
        /// Two certificates of a store have the same issuer and serial number.
        public static let duplicateCertificate = Code(.duplicateCertificate)
        /// A store has no certificate, so that nothing would be accepted.
        public static let emptyStore = Code(.emptyStore)
        /// A digest has another name than those that sign.
        public static let invalidDigest = Code(.invalidDigest)
        /// A body is signed by somebody whose certificate is not in the store.
        public static let unknownCertificate = Code(.unknownCertificate)
        /// A signature is not that of the signer for this body.
        public static let badSignature = Code(.badSignature)
        /// A body does not have the shape of a signed one.
        public static let malformedBody = Code(.malformedBody)
        /// What was signed has a content type that is not accepted.
        public static let unacceptedContent = Code(.unacceptedContent)
        /// OpenSSL could not sign.
        public static let signingFailed = Code(.signingFailed)

        /// The name of the kind.
        public var description: String { kind.rawValue }
    }

    /// Which kind of error.
    public var code: Code
    /// What happened, with the values, and what to do.
    public var message: String

    /// Makes an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Code and message in one line.
    public var description: String { "\(code): \(message)" }
}
