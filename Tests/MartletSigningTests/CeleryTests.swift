import Foundation
import MartletSigning
import Testing

/// Celery's own signatures here, and ours there.
@Suite struct CeleryTests {
    private static let call = #"[[2, 3], {}, {"callbacks": null, "errbacks": null, "chain": null, "chord": null}]"#

    @Test func bodiesThatCeleryHasSignedAreAccepted() throws {
        let store = try Fixtures.store("client", "issued")
        for (file, digest) in [
            ("client", SigningDigest.sha256), ("client-sha224", .sha224), ("client-sha384", .sha384),
            ("client-sha512", .sha512), ("issued", .sha256),
        ] {
            let message = try SignedBody(unpacking: Fixtures.bytes("\(file).body"))
            #expect(message.contentType == "application/json" && message.contentEncoding == "utf-8")
            #expect(String(decoding: message.body, as: UTF8.self) == Self.call)
            try store.verify(message, digest: digest, at: Fixtures.moment)
            let otherDigest: SigningDigest = digest == .sha256 ? .sha512 : .sha256
            #expect(throws: SecurityError.self) { try store.verify(message, digest: otherDigest, at: Fixtures.moment) }
        }
    }

    /// Set CELERY_PYTHON to a Python that has Celery: `pip install 'celery[auth]==5.7.0'`.
    @Test(
        .enabled(if: celeryPython != nil, "CELERY_PYTHON names no Python with Celery"),
        arguments: SigningDigest.allCases)
    func celeryAcceptsBodiesThatAreSignedHere(digest: SigningDigest) throws {
        let folder = try TemporaryFolder()
        try folder.copy("client.crt", "issued.crt")
        for name in ["client", "issued"] {
            let body = Array(Self.call.utf8)
            let message = SignedBody(
                signer: try Fixtures.certificate(name).id,
                signature: try Fixtures.key(name).signature(of: body, digest: digest),
                contentType: "application/json", contentEncoding: "utf-8", body: body)
            let answer = try celery(message.packed, store: folder.path, digest: digest)
            #expect(answer == Self.call + "\n")
        }
    }

    private func celery(_ body: [UInt8], store: String, digest: SigningDigest) throws -> String {
        let process = Process()
        process.executableURL = URL(filePath: try #require(celeryPython))
        process.arguments = [Fixtures.path("celery_auth.py"), store, digest.rawValue]
        let (input, output) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput) = (input, output)
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: body)
        try input.fileHandleForWriting.close()
        let answer = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: answer, as: UTF8.self)
    }
}

private let celeryPython = ProcessInfo.processInfo.environment["CELERY_PYTHON"]
