import Foundation
import MartletTasks
import MartletTesting
import MartletYAML
import Testing

/// Whatever text a body is, it is read or refused with a `TaskError`.
@Suite(.timeLimit(.minutes(10))) struct YAMLFuzzTests {
    private static let pieces = [
        "[", "]", "{", "}", ": ", "- ", "&a ", "*a", "? ", "!!int ", "| ", "\"", "'", "\n", "  ", "#",
    ]

    @Test func brokenTextsAreReadOrRefused() throws {
        let environment = ProcessInfo.processInfo.environment
        var generator = SeededGenerator(seed: environment["SEED"].flatMap(UInt64.init) ?? 1)
        let rounds = environment["FUZZ_ROUNDS"].flatMap { Int($0) } ?? 1
        let serializer = YAMLSerializer()
        let flow = String(decoding: try serializer.encode([[1, "a"], ["b": [1.5, nil]], nil]), as: UTF8.self)
        var (read, refused) = (0, 0)
        for round in 0..<(2_000 * rounds) {
            var bytes = Array((round % 2 == 0 ? YAMLSerializerTests.kombu : flow).utf8)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: bytes.indices, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
                case 1: bytes.remove(at: place)
                case 2: bytes.removeSubrange(place..<min(bytes.count, place + 10))
                default:
                    let piece = Self.pieces.randomElement(using: &generator) ?? ""
                    bytes.insert(contentsOf: piece.utf8, at: place)
                }
                if bytes.isEmpty { bytes = [0] }
            }
            do {
                let value = try serializer.decode(bytes, within: .init())
                let again = try serializer.encode(value)
                #expect(try serializer.encode(serializer.decode(again, within: .init())) == again)
                read += 1
            } catch let error as TaskError {
                #expect(error.code == .malformedMessage && error.message.contains("at line"))
                refused += 1
            }
        }
        #expect(read > 100 && refused > 100, "\(read) read, \(refused) refused: the mutations are too weak or too wild")
    }
}
