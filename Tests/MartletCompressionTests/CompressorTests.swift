import Foundation
import MartletCompression
import MartletTasks
import MartletTesting
import Testing

/// What each compressor gives back, and what it refuses.
@Suite struct CompressorTests {
    static let compressors: [any Compressor] = {
        var content = ContentRegistry()
        content.registerCompressors()
        return content.compressors
    }()
    private static let names = compressors.map(\.name)

    private func compressor(_ name: CompressionName) throws -> any Compressor {
        try #require(Self.compressors.first { $0.name == name })
    }

    @Test func allOfKombuAreThere() throws {
        #expect(Self.names == [.brotli, .bzip2, .lzma, .zlib, .zstd])
        var content = ContentRegistry()
        content.registerCompressors()
        for (alias, type) in [
            ("gzip", "application/x-gzip"), ("bzip", "application/x-bz2"), ("bz2", "application/x-bz2"),
            ("xz", "application/x-lzma"), ("application/x-brotli", "application/x-brotli"),
            ("zstandard", "application/zstd"),
        ] as [(CompressionName, String)] {
            #expect(try content.compressor(alias).contentType == type)
        }
    }

    @Test(arguments: names, [0, 1, 1000, 65_535, 65_536, 65_537, 200_000])
    func whatWasCompressedComesBack(name: CompressionName, count: Int) throws {
        let compressor = try compressor(name)
        let text = Array(repeating: Array("martlet ".utf8), count: count / 8 + 1).joined().prefix(count)
        var generator = SeededGenerator(seed: UInt64(count))
        let noise = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        for bytes in [Array(text), noise] {
            let compressed = try compressor.compress(bytes)
            #expect(try compressor.decompress(compressed, limit: count) == bytes)
        }
        if count >= 1000 { #expect(try compressor.compress(Array(text)).count < count / 4) }
    }

    /// What `kombu.compression.compress(b"martlet " * 12, NAME)` gives: kombu 5.7, brotli 1.2, backports.zstd.
    @Test(
        arguments: [
            (.zlib, "eJzLTSwqyUktUcilEQ0AFyElLQ=="), (.bzip2, bzip2OfKombu), (.lzma, lzmaOfKombu),
            (.brotli, "G18A+AUccqSxBllJe+AWDpDzaRA="), (.zstd, "KLUv/SBgfQAAQG1hcnRsZXQgAQC1qXAB"),
        ] as [(CompressionName, String)])
    func whatKombuCompressedIsRead(name: CompressionName, text: String) throws {
        let bytes = Array(try #require(Data(base64Encoded: text)))
        let expected = String(repeating: "martlet ", count: 12)
        #expect(String(decoding: try compressor(name).decompress(bytes, limit: 96), as: UTF8.self) == expected)
    }

    private static let bzip2OfKombu = "QlpoOTFBWSZTWWliXPwAAB2RgEAAIgYUACAAIKVBoIYDxYWFsuF0sLxfF3JFOFCQaWJc/A=="
    private static let lzmaOfKombu = """
        /Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4ABfAA9dADaYSqwhTs9D855VHn4AAAAAI+OhNwnIinsAAStgGilEGx+2830BAAAAAARZ\
        Wg==
        """

    @Test func dataInTheFrameOfGzipIsRead() throws {
        // gzip.compress(b"martlet", mtime=0)
        let bytes = Array(try #require(Data(base64Encoded: "H4sIAAAAAAACA8tNLCrJSS0BAEOyxd0HAAAA")))
        #expect(try ZlibCompressor().decompress(bytes, limit: 7) == Array("martlet".utf8))
    }

    @Test(arguments: names)
    func bombEndsAtTheLimit(name: CompressionName) throws {
        let compressor = try compressor(name)
        let bomb = try compressor.compress([UInt8](repeating: 0, count: 3_000_000))
        #expect(bomb.count < 4000)
        #expect { try compressor.decompress(bomb, limit: 100_000) } throws: {
            ($0 as? TaskError)?.code == .messageTooLarge && "\($0)".contains("more than the 100000 bytes")
        }
        #expect(throws: TaskError.self) { try compressor.decompress(bomb, limit: 2_999_999) }
        #expect(try compressor.decompress(bomb, limit: 3_000_000).count == 3_000_000)
    }

    @Test(arguments: names)
    func whatIsCutOrGoesOnIsRefused(name: CompressionName) throws {
        let compressor = try compressor(name)
        let bytes = try compressor.compress(Array(repeating: Array("martlet".utf8), count: 100).flatMap(\.self))
        for count in 0..<bytes.count {
            #expect(throws: TaskError.self, "\(count) of \(bytes.count)") {
                try compressor.decompress(Array(bytes.prefix(count)), limit: 1000)
            }
        }
        #expect { try compressor.decompress(bytes + [0, 1], limit: 1000) } throws: {
            "\($0)".contains("2 bytes too many after the \(name) data")
        }
    }

    @Test(arguments: names)
    func whatIsNoneOfItsDataIsRefused(name: CompressionName) throws {
        #expect { try compressor(name).decompress(Array("martlet".utf8), limit: 1000) } throws: {
            ($0 as? TaskError)?.code == .malformedMessage && "\($0)".contains("\(name) data")
        }
    }

    @Test func dictionaryThatNeedsTooMuchMemoryIsRefused() throws {
        // lzma.compress(b"martlet", filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 2**30}])
        let bytes = Array(
            try #require(
                Data(
                    base64Encoded:
                        "/Td6WFoAAATm1rRGAgAhASQAAABeH8f5AQAGbWFydGxldAAA4PqTS87QLm4AAR8HFi64cx+2830BAAAAAARZWg==")))
        #expect { try LZMACompressor().decompress(bytes, limit: 1000) } throws: {
            "\($0)".contains("more than 128 MiB")
        }
    }

    @Test func levelThatIsNoneIsSaid() {
        let wrong: [any Compressor] = [
            ZlibCompressor(level: 10), BZip2Compressor(level: 0), LZMACompressor(level: 11),
            BrotliCompressor(quality: 12),
            ZstdCompressor(level: 0),
        ]
        for compressor in wrong {
            #expect { try compressor.compress([1]) } throws: {
                ($0 as? TaskError)?.code == .encodingFailed && "\($0)".contains("is none of")
            }
        }
    }
}
