import Testing

@testable import MartletSQLite

@Suite struct MessageHashTests {
    /// What others compute: the first 32 digits of the hash of nothing, and those of the hash of the hashes of 300 messages.
    @Test(arguments: [
        (HashFunction.md5, "d41d8cd98f00b204e9800998ecf8427e", "5d57f9ca2fa430814982d2ca56b4ae6b"),
        (HashFunction.sha1, "da39a3ee5e6b4b0d3255bfef95601890", "c42fbca3b66a5a0d6d3c5db4adbcde19"),
        (HashFunction.sha224, "d14a028c2a3a2bc9476102bb288234c4", "d4b2d3ab46d38efa2129fa752975af36"),
        (HashFunction.sha256, "e3b0c44298fc1c149afbf4c8996fb924", "def85da8f53f8ad58eda585dce61c0d7"),
        (HashFunction.sha384, "38b060a751ac96384cd9327eb1b1e36a", "c31b3eac5dcc2ebf0ccc61c3d1451c0f"),
        (HashFunction.sha512, "cf83e1357eefb8bdf1542850d66d8007", "cf076a0373d45dd623352e1c78ae6fc4"),
    ])
    func hashesMessagesOfEveryLength(_ function: HashFunction, _ ofNothing: String, _ ofAll: String) {
        #expect(function.hexDigits(of: []).hasPrefix(ofNothing))
        let hashes = (0..<300).map { count in
            function.hexDigits(of: (0..<count).map { UInt8(truncatingIfNeeded: 7 * $0 + count) })
        }
        #expect(function.hexDigits(of: Array(hashes.joined().utf8)).hasPrefix(ofAll))
        let digits = [128, 160, 224, 256, 384, 512].map { $0 / 4 }
        #expect(zip(HashFunction.allCases, digits).first { $0.0 == function }?.1 == hashes[0].count)
    }
}
