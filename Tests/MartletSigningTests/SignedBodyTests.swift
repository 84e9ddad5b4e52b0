import Foundation
import MartletSigning
import Testing

/// The shape of a signed body, and what is said of others.
@Suite struct SignedBodyTests {
    private let signed = SignedBody(
        signer: "me org 12345", signature: [0, 1, 254, 255], contentType: "application/json", contentEncoding: "utf-8",
        body: [0, 1, 91, 93, 0, 1])

    @Test func partsArePackedAsCeleryDoes() throws {
        let raw = Data("bWUgb3JnIDEyMzQ1\0\u{1}AAH+/w==\0\u{1}application/json\0\u{1}utf-8\0\u{1}\0\u{1}[]\0\u{1}".utf8)
        #expect(signed.packed == Array(raw.base64EncodedString().utf8))
        #expect(try SignedBody(unpacking: signed.packed) == signed)
    }

    @Test func otherShapesAreNamed() throws {
        func packed(_ parts: String) -> [UInt8] { Array(Data(parts.utf8).base64EncodedString().utf8) }
        let gap = "\0\u{1}"
        for (bytes, complaint) in [
            (Array(#"[[2,3],{},{}]"#.utf8), "the body is not base64"),
            ([255, 0, 1], "the body is not base64"),
            ([], "the body has 1 of the five parts of a signed one"),
            (packed("bWU=\(gap)AAE=\(gap)application/json"), "the body has 3 of the five parts of a signed one"),
            (packed("me\(gap)AAE=\(gap)a\(gap)b\(gap)c"), "names its signer neither in base64 nor in UTF-8"),
            (packed("/w==\(gap)AAE=\(gap)a\(gap)b\(gap)c"), "names its signer neither in base64 nor in UTF-8"),
            (packed("bWU=\(gap)!\(gap)a\(gap)b\(gap)c"), "has a signature that is not base64"),
        ] {
            let error = try #require(throws: SecurityError.self) { try SignedBody(unpacking: bytes) }
            #expect(error.code == .malformedBody)
            #expect(error.message.contains(complaint))
            #expect(error.message.hasSuffix("; its sender must sign: task_serializer = 'auth'"))
        }
        var notUTF8 = try #require(Data(base64Encoded: Data(signed.packed)))
        notUTF8[try #require(notUTF8.firstRange(of: Data("application".utf8))).lowerBound] = 255
        let error = try #require(throws: SecurityError.self) {
            try SignedBody(unpacking: Array(notUTF8.base64EncodedData()))
        }
        #expect(error.message.contains("has a content type that is not UTF-8"))
    }

    /// Nothing traps, and what is accepted in the end is what was signed.
    @Test func changedBodiesAreRefusedOrTheSame() throws {
        let bytes = try Fixtures.bytes("client.body")
        let store = try Fixtures.store("client")
        let body = try SignedBody(unpacking: bytes).body
        func check(_ changed: [UInt8]) {
            do {
                let message = try SignedBody(unpacking: changed)
                try store.verify(message, at: Fixtures.moment)
                #expect(message.body == body)
            } catch {}
        }
        for place in bytes.indices {
            check(Array(bytes[..<place]))
            for change: UInt8 in [1, 2, 32, 128] {
                var changed = bytes
                changed[place] ^= change
                check(changed)
            }
        }
        var random = SystemRandomNumberGenerator()
        for count in 0..<300 { check((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }) }
    }
}
