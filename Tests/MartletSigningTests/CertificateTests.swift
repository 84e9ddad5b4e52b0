import Foundation
import MartletSigning
import Testing

/// What is read of a certificate, and which signatures it confirms.
@Suite struct CertificateTests {
    private let body = Array("[[2, 3], {}, {}]".utf8)

    @Test func idIsWhatCelerySays() throws {
        let ids = try JSONDecoder().decode([String: String].self, from: Data(Fixtures.bytes("ids.json")))
        #expect(ids.count == 5)
        for (name, id) in ids { #expect(try Fixtures.certificate(name).id == id) }
    }

    @Test func validityIsRead() throws {
        let certificate = try Fixtures.certificate("client")
        #expect(certificate.notBefore == Fixtures.beginning)
        #expect(certificate.notAfter == Fixtures.end)
        try certificate.checkValidity(at: Fixtures.beginning)
    }

    @Test func certificateIsNotUsedOutsideOfItsTime() throws {
        let certificate = try Fixtures.certificate("client")
        let signature = try Fixtures.key("client").signature(of: body)
        let late = try #require(throws: SecurityError.self) {
            try certificate.verify(signature, of: body, at: Fixtures.end)
        }
        #expect(late.code == .expiredCertificate)
        #expect(late.message.contains("client.crt' ('Martlet Tests client 1001') has expired on 2120-01-01T00:00:00Z"))
        let early = try #require(throws: SecurityError.self) {
            try certificate.verify(signature, of: body, at: Fixtures.beginning - 1)
        }
        #expect(early.code == .certificateNotYetValid)
        #expect(early.message.contains("is not valid before 2020-01-01T00:00:00Z, and it is 2019-12-31T23:59:59Z"))
    }

    @Test func otherSignaturesAreBad() throws {
        let certificate = try Fixtures.certificate("client")
        let signature = try Fixtures.key("client").signature(of: body)
        var changed = signature
        changed[100] ^= 1
        let foreign = try Fixtures.key("stranger").signature(of: body)
        let other = try Fixtures.key("client").signature(of: body, digest: .sha512)
        for bad in [
            changed, foreign, other, [], Array(signature.dropLast()), signature + [0],
            [UInt8](repeating: 255, count: 256),
        ] {
            let error = try #require(throws: SecurityError.self) {
                try certificate.verify(bad, of: body, at: Fixtures.moment)
            }
            #expect(error.code == .badSignature)
            #expect(error.message.contains("is not that of 'Martlet Tests client 1001' with sha256 for this body"))
        }
        #expect(throws: SecurityError.self) { try certificate.verify(signature, of: body + [32], at: Fixtures.moment) }
        try certificate.verify(signature, of: body, at: Fixtures.moment)
    }

    @Test func otherContentsAreNamed() throws {
        let folder = try TemporaryFolder()
        let pem = try Fixtures.text("client.crt")
        for (text, complaint) in [
            ("hello", "is not in PEM: it has no line -----BEGIN CERTIFICATE-----"),
            (try Fixtures.text("client.key"), "is a PRIVATE KEY, not a CERTIFICATE"),
            (pem.replacing("M", with: "N"), "is broken: "), (String(pem.prefix(300)), "is broken: "),
            (try Fixtures.text("curve.crt"), "is of a key of type EC; messages are signed with RSA keys only"),
        ] {
            let path = try folder.write(text, to: "c")
            let error = try #require(throws: SecurityError.self) { try Certificate(path: path) }
            #expect(error.code == .invalidCertificate, "\(error)")
            #expect(error.message.contains("the certificate in '\(path)' \(complaint)"), "\(error)")
        }
        let error = try #require(throws: SecurityError.self) { try Certificate(path: folder.path + "/none") }
        #expect(error.code == .unreadableFile)
    }

    @Test func firstOfSeveralIsTaken() throws {
        let chain = try Fixtures.text("issued.crt") + Fixtures.text("authority.crt")
        #expect(try Certificate(pem: chain).id == Fixtures.certificate("issued").id)
    }

    @Test func changedCertificatesAreReadOrRefused() throws {
        let pem = try Fixtures.text("issued.crt")
        let lines = pem.split(separator: "\n")
        let der = try #require(Data(base64Encoded: lines.dropFirst().dropLast().joined()))
        for place in der.indices {
            var changed = der
            changed[place] ^= 0x55
            let text =
                "-----BEGIN CERTIFICATE-----\n\(changed.base64EncodedString(options: .lineLength64Characters))\n"
                + "-----END CERTIFICATE-----\n"
            do { _ = try Certificate(pem: text) } catch { #expect(error.code == .invalidCertificate) }
        }
    }
}
