import MartletTasks
import Testing

/// Whatever bytes a body has, its serializer returns a value or a `TaskError`; it never traps.
@Suite(.timeLimit(.minutes(10))) struct ContentFuzzTests {
    @Test func brokenMessagePackIsReadOrRefused() throws {
        let serializer = MessagePackSerializer()
        let bodies = try FuzzCorpus.messages().map { try JSONParser.parse($0.body) } + [MessagePackTests.body]
        var mutator = MessageMutator(seed: FuzzSettings.seed)
        var (read, refused) = (0, 0)
        for round in 0..<(2_000 * FuzzSettings.rounds) {
            let body = bodies[round % bodies.count]
            let bytes =
                try round.isMultiple(of: 3)
                ? serializer.encode(mutator.mutate(body)) : mutator.mutateBytes(serializer.encode(body))
            do {
                let value = try serializer.decode(bytes, within: .init())
                let again = try serializer.encode(value)
                #expect(try serializer.encode(serializer.decode(again, within: .init())) == again)
                read += 1
            } catch let error as TaskError {
                #expect(error.code == .malformedMessage && error.message.contains("at byte"))
                refused += 1
            }
        }
        #expect(read > 100 && refused > 100, "\(read) read, \(refused) refused: the mutations are too weak or too wild")
    }
}
