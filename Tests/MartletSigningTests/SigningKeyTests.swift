import Foundation
import MartletSigning
import Testing

/// Which keys are taken, and what is said of others.
@Suite struct SigningKeyTests {
    private let body = Array("[[2, 3], {}, {}]".utf8)

    /// The error of reading a key.
    private func failure(_ name: String, password: String? = nil) throws -> SecurityError {
        try #require(throws: SecurityError.self) {
            try SigningKey(path: Fixtures.path(name), password: password)
        }
    }

    @Test(arguments: SigningDigest.allCases)
    func whatTheKeySignsTheCertificateConfirms(digest: SigningDigest) throws {
        let signature = try Fixtures.key("client").signature(of: body, digest: digest)
        #expect(signature.count == 256)
        let certificate = try Fixtures.certificate("client")
        try certificate.verify(signature, of: body, digest: digest, at: Fixtures.moment)
        #expect(try Fixtures.key("client").signature(of: body, digest: digest) != signature, "the salt is random")
    }

    @Test func emptyBodyIsSignedToo() throws {
        let signature = try Fixtures.key("client").signature(of: [])
        try Fixtures.certificate("client").verify(signature, of: [], at: Fixtures.moment)
    }

    @Test func encryptedKeyNeedsItsPassword() throws {
        let key = try SigningKey(path: Fixtures.path("encrypted.key"), password: "correct horse")
        try Fixtures.certificate("client").verify(key.signature(of: body), of: body, at: Fixtures.moment)
        for (password, complaint) in [
            (nil, "is encrypted; give its password (security_key_password)"), ("", "is encrypted; give its password"),
            ("battery staple", "the password is another one"),
            (String(repeating: "long", count: 1000), "the password is another one"),
        ] {
            let error = try failure("encrypted.key", password: password)
            #expect(error.code == .wrongPassword)
            #expect(error.message.contains(complaint) && error.message.contains(Fixtures.path("encrypted.key")))
        }
    }

    @Test func passwordOfAKeyThatIsNotEncryptedIsRefused() throws {
        let error = try failure("client.key", password: "correct horse")
        #expect(error.code == .wrongPassword)
        #expect(error.message.hasSuffix("is not encrypted, but a password is given; leave it out, or encrypt the key"))
        _ = try SigningKey(path: Fixtures.path("client.key"), password: "")
    }

    @Test func fileThatIsMissingIsNamed() throws {
        let error = try failure("missing.key")
        #expect(error.code == .unreadableFile)
        #expect(error.message.contains("the security key in '\(Fixtures.path("missing.key"))' cannot be read"))
        #expect(error.message.contains("no such file or directory"))
    }

    @Test func folderIsNoKey() throws {
        let error = try failure("")
        #expect(error.code == .unreadableFile && error.message.contains("directory"))
    }

    @Test func otherContentsAreNamed() throws {
        let folder = try TemporaryFolder()
        let pem = try Fixtures.text("client.key")
        let publicKey = pem.replacing("PRIVATE", with: "PUBLIC")
        let broken = pem.replacing("M", with: "N")
        for (text, password, complaint) in [
            ("", nil, "is not in PEM: it has no line -----BEGIN PRIVATE KEY-----"),
            ("\0\u{1}secret", "correct horse", "is not in PEM"),
            (try Fixtures.text("client.crt"), "correct horse", "is a CERTIFICATE, not a PRIVATE KEY"),
            (publicKey, nil, "is a PUBLIC KEY, not a PRIVATE KEY"),
            (broken, nil, "is broken: "),
            (String(pem.prefix(600)), nil, "is broken: "),
        ] {
            let path = try folder.write(text, to: "k")
            let error = try #require(throws: SecurityError.self) { try SigningKey(path: path, password: password) }
            #expect(error.code == .invalidKey, "\(error)")
            #expect(error.message.contains(complaint) && error.message.contains("'\(path)'"), "\(error)")
        }
    }

    @Test func keyOfAnotherKindIsRefused() throws {
        let error = try failure("curve.key")
        #expect(error.code == .invalidKey)
        #expect(error.message.contains("is a key of type EC; messages are signed with RSA keys only"))
    }

    @Test func textIsTakenAsWellAsAFile() throws {
        let key = try SigningKey(pem: Fixtures.text("client.key"))
        try Fixtures.certificate("client").verify(key.signature(of: body), of: body, at: Fixtures.moment)
        let error = try #require(throws: SecurityError.self) { try SigningKey(pem: "secret") }
        #expect(error.message.hasPrefix("the security key given as text is not in PEM"))
        #expect(!error.message.contains("secret"))
    }

    @Test func digestIsFoundByCelerysName() throws {
        #expect(try SigningDigest(named: "SHA512") == .sha512)
        let error = try #require(throws: SecurityError.self) { try SigningDigest(named: "md5") }
        #expect(error.code == .invalidDigest)
        #expect(error.message == "the digest 'md5' does not sign messages; use one of sha224, sha256, sha384, sha512")
    }
}
