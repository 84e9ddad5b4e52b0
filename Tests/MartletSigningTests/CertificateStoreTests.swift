import Foundation
import MartletSigning
import Testing

/// Which certificates a store takes from a folder, and whose messages it accepts.
@Suite struct CertificateStoreTests {
    private func failure(_ path: String, at moment: Date = Fixtures.moment) throws -> SecurityError {
        try #require(throws: SecurityError.self) { try CertificateStore(path: path, at: moment) }
    }

    @Test func folderAndPatternAreRead() throws {
        let folder = try TemporaryFolder()
        try folder.copy("client.crt", "worker.crt")
        try folder.write("not a certificate", to: ".hidden")
        let all = ["Martlet Tests client 1001", "Martlet Tests worker 1002"]
        for path in [folder.path, folder.path + "/", folder.path + "/*.crt", folder.path + "/[cw]*"] {
            #expect(try CertificateStore(path: path, at: Fixtures.moment).ids == all)
        }
        let one = try CertificateStore(path: folder.path + "/w*", at: Fixtures.moment)
        #expect(one.ids == ["Martlet Tests worker 1002"])
        #expect(one["Martlet Tests worker 1002"] != nil && one["Martlet Tests client 1001"] == nil)
        #expect(try CertificateStore(path: folder.path + "/client.crt", at: Fixtures.moment).ids == [all[0]])
    }

    @Test func emptyStoreIsRefused() throws {
        let folder = try TemporaryFolder()
        for path in [folder.path, folder.path + "/*.pem", folder.path + "/none", ""] {
            let error = try failure(path)
            #expect(error.code == .emptyStore)
            #expect(error.message.hasPrefix("no file is at '\(path)', so no message would be accepted; put"))
        }
    }

    @Test func fileThatIsNoCertificateIsNamed() throws {
        let folder = try TemporaryFolder()
        try folder.copy("client.crt")
        let path = try folder.write("read me", to: "README")
        let error = try failure(folder.path)
        #expect(error.code == .invalidCertificate && error.message.contains("'\(path)' is not in PEM"))
    }

    @Test func expiredCertificateIsNamed() throws {
        let folder = try TemporaryFolder()
        try folder.copy("client.crt")
        let error = try failure(folder.path, at: Fixtures.end)
        #expect(error.code == .expiredCertificate && error.message.contains("\(folder.path)/client.crt"))
        #expect(try failure(folder.path, at: Fixtures.beginning - 1).code == .certificateNotYetValid)
    }

    @Test func certificateThatIsThereTwiceIsRefused() throws {
        let folder = try TemporaryFolder()
        try folder.copy("client.crt")
        try folder.write(Fixtures.text("client.crt"), to: "copy.crt")
        let error = try failure(folder.path)
        #expect(error.code == .duplicateCertificate)
        for name in ["client.crt", "copy.crt", "'Martlet Tests client 1001'"] { #expect(error.message.contains(name)) }
    }

    @Test func onlyMessagesOfItsSignersAreAccepted() throws {
        let body = Array("[]".utf8)
        var message = SignedBody(
            signer: try Fixtures.certificate("client").id, signature: try Fixtures.key("client").signature(of: body),
            contentType: "application/json", contentEncoding: "utf-8", body: body)
        try Fixtures.store("client", "worker").verify(message, at: Fixtures.moment)

        let unknown = try #require(throws: SecurityError.self) {
            try Fixtures.store("worker").verify(message, at: Fixtures.moment)
        }
        #expect(unknown.code == .unknownCertificate)
        #expect(
            unknown.message.hasPrefix(
                "the signer 'Martlet Tests client 1001' has no certificate in the store; if it may"))

        message.signer = try Fixtures.certificate("worker").id
        let pretended = try #require(throws: SecurityError.self) {
            try Fixtures.store("client", "worker").verify(message, at: Fixtures.moment)
        }
        #expect(pretended.code == .badSignature)
    }
}
