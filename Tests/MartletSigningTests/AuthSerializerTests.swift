import Foundation
import MartletSigning
import MartletTasks
import MartletTesting
import Testing

/// What is signed is read again, and what is wrong with keys and certificates is said before anything is sent.
@Suite struct AuthSerializerTests {
    private static let call: JSONValue = [
        [2, 3], .object([:]), ["callbacks": .null, "chain": .null, "chord": .null, "errbacks": .null],
    ]
    private let folder: TemporaryFolder
    private let clock = VirtualClock(date: Fixtures.moment)

    init() throws {
        folder = try TemporaryFolder()
        try folder.copy("client.crt", "worker.crt")
    }

    /// The serializer of one of the fixtures' pairs.
    private func auth(
        key: String = "client.key", password: String? = nil, certificate: String = "client.crt", store: String? = nil,
        serializer: SerializerName = .json, content: ContentRegistry = ContentRegistry()
    ) throws -> AuthSerializer {
        try AuthSerializer(
            key: Fixtures.path(key), keyPassword: password, certificate: Fixtures.path(certificate),
            certStore: store ?? folder.path, serializer: serializer, content: content, time: clock.time)
    }

    private func decoded(_ bytes: [UInt8], by auth: AuthSerializer) throws -> JSONValue {
        try auth.decode(bytes, within: .init())
    }

    @Test(arguments: [SerializerName.json, .msgpack])
    func whatIsSignedIsReadAgain(serializer: SerializerName) throws {
        let bytes = try auth(serializer: serializer).encode(Self.call)
        #expect(try SignedBody(unpacking: bytes).signer == "Martlet Tests client 1001")
        #expect(try decoded(bytes, by: auth(key: "worker.key", certificate: "worker.crt")) == Self.call)
    }

    @Test func encryptedKeySigns() throws {
        let bytes = try auth(key: "encrypted.key", password: "correct horse").encode(Self.call)
        #expect(try decoded(bytes, by: auth()) == Self.call)
    }

    @Test(arguments: ["client.body", "msgpack.body"])
    func whatCeleryHasSignedIsRead(file: String) throws {
        #expect(try decoded(Fixtures.bytes(file), by: auth()) == Self.call)
    }

    @Test func strangersAreRefused() throws {
        let error = try #require(throws: SecurityError.self) {
            try decoded(Fixtures.bytes("stranger.body"), by: auth())
        }
        #expect(error.code == .unknownCertificate)
        #expect(error.message.contains("'Elsewhere stranger 730750818665451459101842416358141509827966271487'"))
    }

    @Test func contentIsReadOnlyInTheFormatsThatAreKnown() throws {
        let error = try #require(throws: SecurityError.self) {
            try decoded(Fixtures.bytes("msgpack.body"), by: auth(content: .json))
        }
        #expect(error.code == .unacceptedContent)
        #expect(
            error.message.hasPrefix(
                "what 'Martlet Tests client 1001' has signed is of content type 'application/x-msgpack', and only "
                    + "application/json are read"))
        let body = Array("cos\nsystem\n(S'true'\ntR.".utf8)
        for type in ["application/x-python-serialize", "application/data", "json", ""] {
            let message = SignedBody(
                signer: try Fixtures.certificate("client").id,
                signature: try Fixtures.key("client").signature(of: body),
                contentType: type, contentEncoding: "binary", body: body)
            let error = try #require(throws: SecurityError.self) { try decoded(message.packed, by: auth()) }
            #expect(error.code == .unacceptedContent)
        }
    }

    @Test func limitsHoldForWhatIsSigned() throws {
        let bytes = try auth().encode([.string(String(repeating: "a", count: 2000))])
        for limits in [JSONParser.Limits(bytes: 2000), JSONParser.Limits(depth: 0)] {
            #expect(throws: TaskError.self) { try auth().decode(bytes, within: limits) }
        }
    }

    @Test func certificateOfAnotherKeyIsRefused() throws {
        let error = try #require(throws: SecurityError.self) { try auth(certificate: "worker.crt") }
        #expect(error.code == .mismatchedCertificate)
        #expect(
            error.message.hasPrefix(
                "the certificate in '\(Fixtures.path("worker.crt"))' is not that of the security key in "
                    + "'\(Fixtures.path("client.key"))'"))
    }

    @Test func whatIsMissingIsNamed() throws {
        for (make, code, path) in [
            ({ try auth(key: "none.key") }, SecurityError.Code.unreadableFile, Fixtures.path("none.key")),
            ({ try auth(certificate: "none.crt") }, .unreadableFile, Fixtures.path("none.crt")),
            ({ try auth(store: folder.path + "/*.pem") }, .emptyStore, folder.path + "/*.pem"),
        ] as [(() throws -> AuthSerializer, SecurityError.Code, String)] {
            let error = try #require(throws: SecurityError.self) { try make() }
            #expect(error.code == code && error.message.contains("'\(path)'"))
        }
        let error = try #require(throws: TaskError.self) { try auth(serializer: .yaml) }
        #expect(error.code == .unsupported && error.message.contains("'yaml'"))
    }

    @Test func expiredCertificateNeitherSignsNorIsRead() throws {
        let auth = try auth()
        let bytes = try auth.encode(Self.call)
        clock.advance(by: .seconds(Fixtures.end.timeIntervalSince(Fixtures.moment)))
        for use in [{ _ = try auth.encode(Self.call) }, { _ = try decoded(bytes, by: auth) }, { _ = try self.auth() }] {
            let error = try #require(throws: SecurityError.self) { try use() }
            #expect(error.code == .expiredCertificate && error.message.contains("client.crt"))
        }
    }

    @Test func keyThatIsTooShortForTheDigestIsRefused() throws {
        let error = try #require(throws: SecurityError.self) {
            try AuthSerializer(
                key: Fixtures.key("short"), certificate: Fixtures.certificate("short"),
                certStore: Fixtures.store("short"), digest: .sha512, time: clock.time)
        }
        #expect(error.code == .signingFailed)
        #expect(error.message.contains("short.key' cannot sign with sha512: "))
    }
}
